/*
 * Callbacks, as C libraries have them: a function pointer and a `void *` that
 * is handed back to it unseen.
 */
#ifndef WORKBOOK_EVENTS_H
#define WORKBOOK_EVENTS_H

#include <stddef.h>
#include <stdint.h>

/* A source of events: a list of registered callbacks. */
struct events;

/* `user` is what was registered with the function. It must return; C cannot be
 * unwound. */
typedef void (*event_fn)(void *user, int32_t value);

/* A new source without callbacks, or NULL. A source may go from thread to
 * thread, but no two threads may use it at the same time. */
struct events *events_new(void);

/* Frees the source; no callback is called. Not to be called while it fires. */
void events_free(struct events *events);

/* So many callbacks may be registered with a source at the same time. */
#define EVENTS_MOST 256

/* Registers a callback. Returns its number, or 0 when there is no memory or no
 * room for another. One that is registered while the source fires is called from
 * the next time on. */
uint64_t events_register(struct events *events, event_fn call, void *user);

/* Forgets the callback of that number: it is not called again, not even by the
 * firing that is going on. Allowed from inside of a callback. A call of this
 * very callback that is still running goes on to its end. Returns 1, or 0 when
 * there is no such callback. */
int32_t events_unregister(struct events *events, uint64_t number);

/* Calls every callback in the order of registration. Allowed from inside of a
 * callback. */
void events_fire(struct events *events, int32_t value);

/* The same, from a thread that C starts; returns when that thread has ended: 1,
 * or 0 when no thread could be started. */
int32_t events_fire_from_thread(struct events *events, int32_t value);

/* How many callbacks are registered. */
size_t events_registered(const struct events *events);

/* How many sources exist in this process. */
size_t events_sources(void);

/* Calls `visit` for one item after the other, until it returns something else
 * than 0 or there is none left. Returns the number of calls. */
typedef int32_t (*visit_fn)(void *user, const int32_t *item);
size_t events_visit(const int32_t *items, size_t count, visit_fn visit, void *user);

#endif
