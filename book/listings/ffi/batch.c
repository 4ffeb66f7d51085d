// ANCHOR: all
#include <stddef.h>
#include <stdint.h>

static uint64_t calls = 0;

void put_one(uint8_t *to, uint8_t value) { calls++; *to = value; }
void put_many(uint8_t *to, const uint8_t *from, size_t count) {
    calls++;
    for (size_t i = 0; i < count; i++) { to[i] = from[i]; }
}
uint64_t call_count(void) { return calls; }
// ANCHOR_END: all
