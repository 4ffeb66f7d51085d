// ANCHOR: all
#include <stdint.h>
#include <stdlib.h>

struct image {
    uint32_t width, height;
    uint8_t *data;
};

static long live = 0;

struct image *image_new(uint32_t width, uint32_t height) {
    if (width == 0 || height == 0 || height > SIZE_MAX / width) {
        return NULL;
    }
    struct image *image = malloc(sizeof *image);
    if (image == NULL) {
        return NULL;
    }
    image->data = calloc((size_t)width * height, 1);
    if (image->data == NULL) {
        free(image);
        return NULL;
    }
    image->width = width;
    image->height = height;
    live++;
    return image;
}

uint8_t *image_data(struct image *image) { return image->data; }

void image_free(struct image *image) {
    if (image != NULL) {
        free(image->data);
        free(image);
        live--;
    }
}

long image_live(void) { return live; }
// ANCHOR_END: all
