/*
 * The types of a weather station, as its C library declares them.
 *
 * Exercise 6 mirrors them in Rust. Nothing here is laid out by accident:
 * padding, nesting, arrays, a tagged union, fixed enum values, packing and a
 * type whose fields nobody outside of layout.c knows.
 */
#ifndef WORKBOOK_LAYOUT_H
#define WORKBOOK_LAYOUT_H

#include <stddef.h>
#include <stdint.h>

/* One measurement. The compiler puts padding after `channel` and `flags`. */
struct sample {
    uint8_t channel;
    double value;
    uint16_t flags;
};

/* A station with its last measurements, newest first. */
struct station {
    char name[12]; /* ends in NUL */
    struct sample latest;
    struct sample history[3];
    int32_t used; /* how many of `history` are in use */
};

/* What a reading holds. A newer library may send values not listed here. */
enum kind { KIND_NOTHING = 0, KIND_COUNT = 1, KIND_RATIO = 5, KIND_TEXT = 9 };

union payload {
    int64_t count;
    double ratio;
    char text[20]; /* ends in NUL, and NUL from there to the end */
};

/* `kind` says which member of `payload` is meant. */
struct reading {
    enum kind kind;
    union payload payload;
};

/* A frame as it travels over the wire: no padding anywhere. */
#pragma pack(push, 1)
struct frame {
    uint8_t start;
    uint32_t length;
    uint16_t checksum;
    uint64_t stamp;
};
#pragma pack(pop)

/* A list of samples. Its fields are known to layout.c alone. */
struct journal;

/* By value, both ways: the same sample with `value * factor`. */
struct sample layout_scale(struct sample sample, double factor);

/* By pointer: adds `by` to the sample's value. */
void layout_shift(struct sample *sample, double by);

/* Replaces each of `count` samples by what `change` makes of it. */
void layout_map(struct sample *samples, size_t count, struct sample (*change)(struct sample));

/* Hands `change` a pointer to each of `count` samples. */
void layout_each(struct sample *samples, size_t count, void (*change)(struct sample *));

/* The mean value of the latest sample and the used part of the history. */
double layout_station_mean(const struct station *station);

/* A station of that name whose samples all hold `value`, by value. */
struct station layout_station(const char *name, double value);

/* A reading of the given number: 0 nothing, 1 a count, 2 a ratio, 3 a text,
 * 4 a kind that this header does not list (77). */
struct reading layout_reading(int32_t number);

/* A digest of a reading: of its kind and of the member that is meant, for a
 * text of all its 20 bytes. */
uint64_t layout_digest(const struct reading *reading);

/* Writes the frame's checksum into it. */
void layout_seal(struct frame *frame);

/* 1 when the checksum is right, else 0. */
int32_t layout_is_sealed(const struct frame *frame);

/* So many journals may be open at the same time, with so many samples each. */
#define LAYOUT_JOURNALS_MOST 64
#define LAYOUT_SAMPLES_MOST 1000
/* A new empty journal, or NULL when there is no memory or no room for another. Used
 * by the thread that opened it alone. */
struct journal *layout_journal_open(void);
/* 1, or 0 when there is no memory or no room for another: the journal is then as it
 * was. */
int32_t layout_journal_add(struct journal *journal, const struct sample *sample);
size_t layout_journal_len(const struct journal *journal);
/* The sample at `index`, or NULL past the end. Valid until the next
 * `layout_journal_add` or `layout_journal_close`. */
const struct sample *layout_journal_get(const struct journal *journal, size_t index);
void layout_journal_close(struct journal *journal);
/* How many journals are open. */
size_t layout_journals(void);

/* What the C compiler made of the types above. */
struct layout_fact {
    const char *name; /* "sample.size", "sample.align", "sample.value", "sample.value.size" */
    size_t value;
};
const struct layout_fact *layout_facts(size_t *count);

#endif
