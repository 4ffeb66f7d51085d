/* The weather station's library. See layout.h. */
#include "layout.h"

#include <stdlib.h>
#include <string.h>

#define SIZE(type, name) {name ".size", sizeof(type)}, {name ".align", _Alignof(type)}
#define FIELD(type, name, field)                                                                   \
    {name "." #field, offsetof(type, field)},                                                      \
        {name "." #field ".size", sizeof(((type *)0)->field)}

static const struct layout_fact FACTS[] = {
    SIZE(struct sample, "sample"),
    FIELD(struct sample, "sample", channel),
    FIELD(struct sample, "sample", value),
    FIELD(struct sample, "sample", flags),
    SIZE(struct station, "station"),
    FIELD(struct station, "station", name),
    FIELD(struct station, "station", latest),
    FIELD(struct station, "station", history),
    FIELD(struct station, "station", used),
    SIZE(enum kind, "kind"),
    SIZE(union payload, "payload"),
    FIELD(union payload, "payload", count),
    FIELD(union payload, "payload", ratio),
    FIELD(union payload, "payload", text),
    SIZE(struct reading, "reading"),
    FIELD(struct reading, "reading", kind),
    FIELD(struct reading, "reading", payload),
    SIZE(struct frame, "frame"),
    FIELD(struct frame, "frame", start),
    FIELD(struct frame, "frame", length),
    FIELD(struct frame, "frame", checksum),
    FIELD(struct frame, "frame", stamp),
};

const struct layout_fact *layout_facts(size_t *count)
{
    *count = sizeof FACTS / sizeof FACTS[0];
    return FACTS;
}

struct sample layout_scale(struct sample sample, double factor)
{
    sample.value *= factor;
    return sample;
}

void layout_shift(struct sample *sample, double by)
{
    sample->value += by;
}

void layout_map(struct sample *samples, size_t count, struct sample (*change)(struct sample))
{
    for (size_t i = 0; i < count; i++)
        samples[i] = change(samples[i]);
}

void layout_each(struct sample *samples, size_t count, void (*change)(struct sample *))
{
    for (size_t i = 0; i < count; i++)
        change(&samples[i]);
}

double layout_station_mean(const struct station *station)
{
    double sum = station->latest.value;
    for (int32_t i = 0; i < station->used; i++)
        sum += station->history[i].value;
    return sum / (1 + station->used);
}

struct station layout_station(const char *name, double value)
{
    struct station station;
    memset(&station, 0, sizeof station);
    strncpy(station.name, name, sizeof station.name - 1);
    station.latest.channel = 1;
    station.latest.value = value;
    for (size_t i = 0; i < 3; i++) {
        station.history[i].channel = (uint8_t)(2 + i);
        station.history[i].value = value;
        station.history[i].flags = 0x0102;
    }
    station.used = 3;
    return station;
}

struct reading layout_reading(int32_t number)
{
    struct reading reading;
    memset(&reading, 0, sizeof reading);
    switch (number) {
    case 1:
        reading.kind = KIND_COUNT;
        reading.payload.count = -7000000001;
        break;
    case 2:
        reading.kind = KIND_RATIO;
        reading.payload.ratio = 0.625;
        break;
    case 3:
        reading.kind = KIND_TEXT;
        strcpy(reading.payload.text, "calm, 12 knots");
        break;
    case 4:
        reading.kind = (enum kind)77;
        reading.payload.count = -1;
        break;
    default:
        reading.kind = KIND_NOTHING;
    }
    return reading;
}

/* FNV-1a. */
static uint64_t digest(uint64_t hash, const void *bytes, size_t count)
{
    const unsigned char *byte = bytes;
    for (size_t i = 0; i < count; i++)
        hash = (hash ^ byte[i]) * UINT64_C(1099511628211);
    return hash;
}

uint64_t layout_digest(const struct reading *reading)
{
    uint32_t kind = (uint32_t)reading->kind;
    uint64_t hash = digest(UINT64_C(14695981039346656037), &kind, sizeof kind);
    switch (reading->kind) {
    case KIND_COUNT:
        return digest(hash, &reading->payload.count, sizeof reading->payload.count);
    case KIND_RATIO:
        return digest(hash, &reading->payload.ratio, sizeof reading->payload.ratio);
    case KIND_TEXT:
        return digest(hash, reading->payload.text, sizeof reading->payload.text);
    default:
        return hash;
    }
}

static uint16_t checksum(const struct frame *frame)
{
    uint64_t sum = frame->start + (uint64_t)frame->length * 3 + frame->stamp * 7;
    return (uint16_t)(sum ^ sum >> 16 ^ sum >> 32 ^ sum >> 48);
}

void layout_seal(struct frame *frame)
{
    frame->checksum = checksum(frame);
}

int32_t layout_is_sealed(const struct frame *frame)
{
    return frame->checksum == checksum(frame);
}

struct journal {
    struct sample *samples;
    size_t len;
    size_t room;
};

/* Journals live on one thread each, the counter is for all of them. */
#if defined(_MSC_VER)
#include <intrin.h>
static volatile long journals;
#define COUNT(by) _InterlockedExchangeAdd(&journals, (by))
#else
static long journals;
#define COUNT(by) __atomic_fetch_add(&journals, (by), __ATOMIC_SEQ_CST)
#endif

struct journal *layout_journal_open(void)
{
    struct journal *journal = NULL;
    if (COUNT(1) < LAYOUT_JOURNALS_MOST)
        journal = calloc(1, sizeof *journal);
    if (!journal)
        COUNT(-1);
    return journal;
}

int32_t layout_journal_add(struct journal *journal, const struct sample *sample)
{
    if (journal->len == LAYOUT_SAMPLES_MOST)
        return 0;
    if (journal->len == journal->room) {
        size_t room = journal->room ? 2 * journal->room : 4;
        struct sample *samples = realloc(journal->samples, room * sizeof *samples);
        if (!samples)
            return 0;
        journal->samples = samples;
        journal->room = room;
    }
    journal->samples[journal->len++] = *sample;
    return 1;
}

size_t layout_journal_len(const struct journal *journal)
{
    return journal->len;
}

const struct sample *layout_journal_get(const struct journal *journal, size_t index)
{
    return index < journal->len ? &journal->samples[index] : NULL;
}

void layout_journal_close(struct journal *journal)
{
    if (!journal)
        return;
    free(journal->samples);
    free(journal);
    COUNT(-1);
}

size_t layout_journals(void)
{
    return (size_t)COUNT(0);
}
