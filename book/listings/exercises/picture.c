// ANCHOR: all
#include <stdint.h>
#include <stdlib.h>

struct picture {
    uint8_t *pixels;
    size_t count;
};

struct picture *picture_new(size_t count) {
    struct picture *picture = malloc(sizeof *picture);
    if (picture == NULL)
        return NULL;
    picture->pixels = calloc(count, 1);
    picture->count = count;
    if (picture->pixels == NULL) {
        free(picture);
        return NULL;
    }
    return picture;
}

/* Valid until picture_soften or picture_free. */
uint8_t *picture_pixels(struct picture *picture) { return picture->pixels; }

/* 0, or 1 when there is no memory. The pixels move. */
int picture_soften(struct picture *picture) {
    uint8_t *softened = calloc(picture->count, 1);
    if (softened == NULL)
        return 1;
    for (size_t i = 0; i < picture->count; i++)
        softened[i] = picture->pixels[i] / 2;
    free(picture->pixels);
    picture->pixels = softened;
    return 0;
}

void picture_free(struct picture *picture) {
    if (picture != NULL)
        free(picture->pixels);
    free(picture);
}
// ANCHOR_END: all
