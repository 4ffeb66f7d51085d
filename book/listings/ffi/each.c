// ANCHOR: all
#include <stddef.h>

/* Calls `visit` for 0 .. count-1, until it returns non-zero. */
int each(size_t count, int (*visit)(void *data, size_t number), void *data) {
    for (size_t i = 0; i < count; i++) {
        int stop = visit(data, i);
        if (stop != 0) {
            return stop;
        }
    }
    return 0;
}
// ANCHOR_END: all
