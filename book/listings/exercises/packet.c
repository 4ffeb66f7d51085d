// ANCHOR: all
#include <stddef.h>
#include <stdint.h>

struct packet {
    uint8_t kind;
    uint64_t time;
    uint16_t port;
};

size_t packet_size(void) { return sizeof(struct packet); }
size_t packet_time_offset(void) { return offsetof(struct packet, time); }
size_t packet_port_offset(void) { return offsetof(struct packet, port); }
// ANCHOR_END: all
