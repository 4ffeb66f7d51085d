/*
 * A C program that uses the library of exercise 9, against its header alone.
 *
 * `ex9_client` returns 0 when all is well, else the number of the line that was
 * not. With -DEX9_MAIN it is a program of its own: see `just client`.
 */
#include "ex9.h"

#include <string.h>

#define CHECK(condition)                                                                           \
    do {                                                                                           \
        if (!(condition))                                                                          \
            return __LINE__;                                                                       \
    } while (0)

struct seen {
    size_t words;
    size_t bytes;
    char last[16];
};

static int32_t look(const char *word, size_t count, void *user)
{
    struct seen *seen = user;
    seen->words += count;
    seen->bytes += strlen(word);
    if (strlen(word) < sizeof seen->last)
        strcpy(seen->last, word);
    return strcmp(word, "fox") == 0;
}

int ex9_client(void)
{
    char text[256];
    char *word = NULL;
    size_t count = 99;
    struct seen seen = {0, 0, ""};
    Words *words = words_new();

    CHECK(words);
    CHECK(words_add(words, "the quick brown fox") == WORDS_OK);
    CHECK(words_add(words, " jumps over\tthe\n lazy dog ") == WORDS_OK);
    CHECK(words_count(words, "the", &count) == WORDS_OK && count == 2);
    CHECK(words_count(words, "cat", &count) == WORDS_OK && count == 0);

    /* C reads what Rust allocated, changes it, and Rust frees it. */
    CHECK(words_most_common(words, &word) == WORDS_OK);
    CHECK(strcmp(word, "the") == 0);
    word[0] = 'T';
    words_string_free(&word);
    CHECK(word == NULL);
    words_string_free(&word);

    CHECK(words_each(words, look, &seen) == WORDS_OK);
    CHECK(seen.words == 3 && seen.bytes == 11 && strcmp(seen.last, "fox") == 0);

    CHECK(words_add(words, "\xff") == WORDS_UTF8);
    CHECK(words_last_error(NULL, 0) > 1);
    CHECK(words_last_error(text, sizeof text) == strlen(text) + 1);
    CHECK(strstr(text, "text"));
    CHECK(words_add(NULL, "x") == WORDS_NULL);
    CHECK(words_count(words, "x", NULL) == WORDS_NULL);

    words_free(&words);
    CHECK(words == NULL);
    words_free(&words);
    words_free(NULL);
    return 0;
}

#ifdef EX9_MAIN
#include <stdio.h>

int main(void)
{
    int line = ex9_client();
    if (line != 0)
        fprintf(stderr, "ex9_client.c:%d: not as the header says\n", line);
    return line != 0;
}
#endif
