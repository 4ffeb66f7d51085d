#ifndef WORKBOOK_EX9_H
#define WORKBOOK_EX9_H

/* Made by cbindgen from solutions/ex9_exporting.rs: `just header` makes it again. */

#include <stddef.h>
#include <stdint.h>

/*
 All went well.
 */
#define WORDS_OK 0

/*
 An argument is null that must not be.
 */
#define WORDS_NULL 1

/*
 A string is not UTF-8.
 */
#define WORDS_UTF8 2

/*
 The library, or a visitor, panicked.
 */
#define WORDS_PANIC 3

/*
 There is nothing of that kind.
 */
#define WORDS_NOT_FOUND 4

/*
 A counter of words. One thread at a time may use it.
 */
typedef struct Words Words;

/*
 Called with a word, its count and what was given to `words_each`. Anything but
 0 ends the visit.
 */
typedef int32_t (*WordsVisit)(const char*, size_t, void*);

/*
 A new counter without words, to be freed by `words_free`. Null when that
 fails.
 */
Words *words_new(void);

/*
 Frees the counter and sets `*handle` to null. Null, and a pointer to null, do
 nothing: freeing twice is harmless.

 # Safety

 - `handle` is null or points to null or to a counter from `words_new`.
 */
void words_free(Words **handle);

/*
 Counts the words of `text`, which white space divides.

 # Safety

 - `handle` is null or a counter.
 - `text` is null or ends in NUL.
 */
int32_t words_add(Words *handle, const char *text);

/*
 Writes to `*out` how often `word` was counted, 0 for a word that was not.

 # Safety

 - `handle` is null or a counter.
 - `word` is null or ends in NUL.
 - `out` is null or may be written.
 */
int32_t words_count(const Words *handle, const char *word, size_t *out);

/*
 Writes to `*out` the word that was counted most often, of several the first in
 the order of bytes, to be freed by `words_string_free`. WORDS_NOT_FOUND
 without words.

 # Safety

 - `handle` is null or a counter.
 - `out` is null or may be written.
 */
int32_t words_most_common(const Words *handle, char **out);

/*
 Frees a string of this library and sets `*string` to null. Null, and a pointer
 to null, do nothing.

 # Safety

 - `string` is null or points to null or to a string of this library.
 */
void words_string_free(char **string);

/*
 Calls `visit` for every word, in the order of bytes, until it returns something
 else than 0. It sees the words of the beginning, and may use the counter.

 # Safety

 - `handle` is null or a counter; the visitor does not free it.
 - `visit` may be called with a string, a number and `user`.
 */
int32_t words_each(const Words *handle, WordsVisit visit, void *user);

/*
 Copies the text of the last failure on this thread to `buffer`, with its NUL,
 when `len` bytes are enough, and nothing otherwise. Returns how many bytes are
 enough; 1, for an empty text, when nothing has failed. `buffer` may be null.

 # Safety

 - `buffer` is null or `len` bytes may be written there.
 */
size_t words_last_error(char *buffer, size_t len);

#endif  /* WORKBOOK_EX9_H */
