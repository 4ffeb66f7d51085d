/*
 * A small image library: grey (1 channel) and RGB (3 channels), 8 bits each.
 *
 * Pixels lie row by row without gaps, the channels of a pixel side by side.
 * Two threads may use two images at the same time; one image is used by one
 * thread at a time, functions that take it as `const` included: `image_resize`
 * keeps a table inside of its source.
 */
#ifndef WORKBOOK_IMAGE_H
#define WORKBOOK_IMAGE_H

#include <stddef.h>
#include <stdint.h>

struct image;

enum image_status {
    IMAGE_OK = 0,
    IMAGE_BAD_SIZE = 1,     /* a side is 0, or the size in bytes is beyond limits */
    IMAGE_BAD_CHANNELS = 2, /* neither 1 nor 3, or not what the function needs */
    IMAGE_NO_MEMORY = 3,
    IMAGE_CANNOT_OPEN = 4,
    IMAGE_BAD_FORMAT = 5, /* neither PGM (P5) nor PPM (P6) with 8 bits */
    IMAGE_TRUNCATED = 6,  /* fewer bytes than the header announces */
    IMAGE_CANNOT_WRITE = 7
};

/* On IMAGE_OK `*out` is a new image, for the caller to free; on anything else
 * `*out` is NULL. A new image is black. */
int image_create(size_t width, size_t height, size_t channels, struct image **out);
int image_load(const char *path, struct image **out);
int image_parse(const uint8_t *bytes, size_t count, struct image **out);
int image_resize(const struct image *image, size_t width, size_t height, struct image **out);

/* Writes PGM or PPM. */
int image_save(const struct image *image, const char *path);

/* Each value becomes the mean of the values at most `radius` away in both
 * directions, as far as they lie in the image, rounded down. The pixels move. */
int image_blur(struct image *image, size_t radius);

/* Turns RGB into one channel, (77 * red + 150 * green + 29 * blue) / 256. The
 * pixels move. IMAGE_BAD_CHANNELS, and nothing changed, for a grey image. */
int image_grayscale(struct image *image);

size_t image_width(const struct image *image);
size_t image_height(const struct image *image);
size_t image_channels(const struct image *image);
/* width * height * channels bytes, until image_blur, image_grayscale or
 * image_free. */
uint8_t *image_pixels(struct image *image);

/* NULL is fine. */
void image_free(struct image *image);

/* How many images exist in this process. */
size_t image_live(void);

#endif
