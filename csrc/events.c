/* A source of events. See events.h. */
#include "events.h"

#include <stdlib.h>

#if defined(_WIN32)
#include <windows.h>
static volatile LONG64 sources;
#define COUNT(by) InterlockedExchangeAdd64(&sources, (by))
#else
#include <pthread.h>
static long long sources;
#define COUNT(by) __atomic_fetch_add(&sources, (by), __ATOMIC_SEQ_CST)
#endif

struct entry {
    uint64_t number; /* 0: forgotten while the source was firing */
    event_fn call;
    void *user;
};

struct events {
    struct entry *entries;
    size_t len;
    size_t room;
    uint64_t last;
    unsigned firing; /* how many firings are going on, one inside the other */
};

struct events *events_new(void)
{
    struct events *events = calloc(1, sizeof *events);
    if (events)
        COUNT(1);
    return events;
}

void events_free(struct events *events)
{
    if (!events)
        return;
    free(events->entries);
    free(events);
    COUNT(-1);
}

size_t events_sources(void)
{
    return (size_t)COUNT(0);
}

uint64_t events_register(struct events *events, event_fn call, void *user)
{
    if (events_registered(events) >= EVENTS_MOST)
        return 0;
    if (events->len == events->room) {
        size_t room = events->room ? 2 * events->room : 4;
        struct entry *entries = realloc(events->entries, room * sizeof *entries);
        if (!entries)
            return 0;
        events->entries = entries;
        events->room = room;
    }
    struct entry entry = {++events->last, call, user};
    events->entries[events->len++] = entry;
    return entry.number;
}

/* Closes the gaps, unless a firing still counts its way through the list. */
static void tidy(struct events *events)
{
    size_t kept = 0;
    if (events->firing)
        return;
    for (size_t i = 0; i < events->len; i++)
        if (events->entries[i].number)
            events->entries[kept++] = events->entries[i];
    events->len = kept;
}

int32_t events_unregister(struct events *events, uint64_t number)
{
    for (size_t i = 0; number && i < events->len; i++) {
        if (events->entries[i].number == number) {
            events->entries[i].number = 0;
            tidy(events);
            return 1;
        }
    }
    return 0;
}

void events_fire(struct events *events, int32_t value)
{
    size_t len = events->len;
    events->firing++;
    for (size_t i = 0; i < len; i++) {
        /* A copy: the callback may register, and so move the list. */
        struct entry entry = events->entries[i];
        if (entry.number)
            entry.call(entry.user, value);
    }
    events->firing--;
    tidy(events);
}

struct shot {
    struct events *events;
    int32_t value;
};

#if defined(_WIN32)
static DWORD WINAPI fire(LPVOID argument)
{
    struct shot *shot = argument;
    events_fire(shot->events, shot->value);
    return 0;
}

int32_t events_fire_from_thread(struct events *events, int32_t value)
{
    struct shot shot = {events, value};
    HANDLE thread = CreateThread(NULL, 0, fire, &shot, 0, NULL);
    if (!thread)
        return 0;
    WaitForSingleObject(thread, INFINITE);
    CloseHandle(thread);
    return 1;
}
#else
static void *fire(void *argument)
{
    struct shot *shot = argument;
    events_fire(shot->events, shot->value);
    return NULL;
}

int32_t events_fire_from_thread(struct events *events, int32_t value)
{
    struct shot shot = {events, value};
    pthread_t thread;
    if (pthread_create(&thread, NULL, fire, &shot) != 0)
        return 0;
    pthread_join(thread, NULL);
    return 1;
}
#endif

size_t events_registered(const struct events *events)
{
    size_t count = 0;
    for (size_t i = 0; i < events->len; i++)
        count += events->entries[i].number != 0;
    return count;
}

size_t events_visit(const int32_t *items, size_t count, visit_fn visit, void *user)
{
    for (size_t i = 0; i < count; i++)
        if (visit(user, &items[i]) != 0)
            return i + 1;
    return count;
}
