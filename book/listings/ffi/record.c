// ANCHOR: all
#include <stddef.h>
#include <stdint.h>

struct record {
    uint8_t kind;
    uint32_t length;
    uint16_t port;
};

size_t record_size(void) { return sizeof(struct record); }
size_t record_port_offset(void) { return offsetof(struct record, port); }
uint32_t record_length(struct record record) { return record.length; }
// ANCHOR_END: all
