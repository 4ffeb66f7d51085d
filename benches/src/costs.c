/* What the measurements call. Each has a twin in main.rs. */
#include <stddef.h>
#include <stdint.h>

uint64_t costs_add(uint64_t a, uint64_t b) {
    return a + b;
}

uint64_t costs_length(const char *text) {
    uint64_t length = 0;
    while (text[length] != '\0') {
        length++;
    }
    return length;
}

uint64_t costs_each(uint64_t count, void (*call)(void *user, uint64_t value), void *user) {
    for (uint64_t i = 0; i < count; i++) {
        call(user, i);
    }
    return count;
}

uint64_t costs_sum(const uint64_t *values, size_t count) {
    uint64_t sum = 0;
    for (size_t i = 0; i < count; i++) {
        sum += values[i];
    }
    return sum;
}
