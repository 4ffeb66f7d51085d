// ANCHOR: all
#include <stdint.h>

/* Exported by Rust. */
int32_t workbook_add(int32_t a, int32_t b, int32_t *sum);

int32_t call_rust(int32_t a, int32_t b) {
    int32_t sum = 0;
    return workbook_add(a, b, &sum) == 0 ? sum : -1;
}
// ANCHOR_END: all
