/* A small image library. See image.h. */
#include "image.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#if defined(_MSC_VER)
#include <intrin.h>
static volatile long live;
#define COUNT(by) _InterlockedExchangeAdd(&live, (by))
#else
static long live;
#define COUNT(by) __atomic_fetch_add(&live, (by), __ATOMIC_SEQ_CST)
#endif

/* No image is larger: 256 MiB. */
#define LIMIT ((size_t)1 << 28)

struct image {
    size_t width;
    size_t height;
    size_t channels;
    uint8_t *pixels;
    size_t *columns; /* the table of the last image_resize */
};

static size_t size_of(const struct image *image)
{
    return image->width * image->height * image->channels;
}

int image_create(size_t width, size_t height, size_t channels, struct image **out)
{
    struct image *image;
    *out = NULL;
    if (channels != 1 && channels != 3)
        return IMAGE_BAD_CHANNELS;
    if (width == 0 || height == 0 || width > LIMIT / channels / height)
        return IMAGE_BAD_SIZE;
    image = calloc(1, sizeof *image);
    if (!image)
        return IMAGE_NO_MEMORY;
    image->pixels = calloc(width * height * channels, 1);
    if (!image->pixels) {
        free(image);
        return IMAGE_NO_MEMORY;
    }
    image->width = width;
    image->height = height;
    image->channels = channels;
    COUNT(1);
    *out = image;
    return IMAGE_OK;
}

void image_free(struct image *image)
{
    if (!image)
        return;
    free(image->columns);
    free(image->pixels);
    free(image);
    COUNT(-1);
}

size_t image_live(void)
{
    return (size_t)COUNT(0);
}

/* The bytes of a file, and how far they are read. */
struct reader {
    const uint8_t *bytes;
    size_t count;
    size_t at;
};

static int peek(const struct reader *reader)
{
    return reader->at < reader->count ? reader->bytes[reader->at] : -1;
}

static int is_space(int c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

/* A number after white space and comments; 0 on anything else, which no header
 * has. Numbers beyond the limit stop growing. */
static size_t number(struct reader *reader)
{
    size_t value = 0;
    while (is_space(peek(reader)) || peek(reader) == '#') {
        if (peek(reader) == '#')
            while (peek(reader) != '\n' && peek(reader) != -1)
                reader->at++;
        else
            reader->at++;
    }
    while (peek(reader) >= '0' && peek(reader) <= '9') {
        value = value * 10 + (size_t)(peek(reader) - '0');
        if (value > LIMIT)
            value = LIMIT + 1;
        reader->at++;
    }
    return value;
}

int image_parse(const uint8_t *bytes, size_t count, struct image **out)
{
    struct reader reader = {bytes, count, 2};
    size_t width, height, depth, channels, size;
    int status;
    *out = NULL;
    if (count < 2 || bytes[0] != 'P' || (bytes[1] != '5' && bytes[1] != '6'))
        return IMAGE_BAD_FORMAT;
    channels = bytes[1] == '5' ? 1 : 3;
    if (!is_space(peek(&reader)) && peek(&reader) != '#')
        return peek(&reader) == -1 ? IMAGE_TRUNCATED : IMAGE_BAD_FORMAT;
    width = number(&reader);
    height = number(&reader);
    depth = number(&reader);
    if (peek(&reader) == -1 && depth != 255)
        return IMAGE_TRUNCATED;
    if (depth != 255)
        return IMAGE_BAD_FORMAT;
    if (peek(&reader) == -1)
        return IMAGE_TRUNCATED;
    if (!is_space(peek(&reader)))
        return IMAGE_BAD_FORMAT;
    reader.at++;
    if (width == 0 || height == 0 || width > LIMIT / channels / height)
        return IMAGE_BAD_SIZE;
    size = width * height * channels;
    if (count - reader.at < size)
        return IMAGE_TRUNCATED;
    status = image_create(width, height, channels, out);
    if (status == IMAGE_OK)
        memcpy((*out)->pixels, bytes + reader.at, size);
    return status;
}

int image_load(const char *path, struct image **out)
{
    FILE *file = fopen(path, "rb");
    uint8_t *bytes = NULL;
    size_t count = 0, room = 0;
    int status = IMAGE_OK;
    *out = NULL;
    if (!file)
        return IMAGE_CANNOT_OPEN;
    for (;;) {
        if (count == room) {
            size_t more = room ? 2 * room : 4096;
            uint8_t *larger = more > 2 * LIMIT ? NULL : realloc(bytes, more);
            if (!larger) {
                status = IMAGE_NO_MEMORY;
                break;
            }
            bytes = larger;
            room = more;
        }
        size_t got = fread(bytes + count, 1, room - count, file);
        if (got == 0)
            break;
        count += got;
    }
    if (ferror(file))
        status = IMAGE_CANNOT_OPEN; /* a directory, for example */
    fclose(file);
    if (status == IMAGE_OK)
        status = image_parse(bytes, count, out);
    free(bytes);
    return status;
}

int image_save(const struct image *image, const char *path)
{
    FILE *file = fopen(path, "wb");
    size_t size = size_of(image);
    int good;
    if (!file)
        return IMAGE_CANNOT_OPEN;
    good = fprintf(file, "P%c\n%zu %zu\n255\n", image->channels == 1 ? '5' : '6', image->width,
                   image->height) > 0;
    good = good && fwrite(image->pixels, 1, size, file) == size;
    good = fclose(file) == 0 && good;
    return good ? IMAGE_OK : IMAGE_CANNOT_WRITE;
}

int image_resize(const struct image *image, size_t width, size_t height, struct image **out)
{
    struct image *source = (struct image *)image; /* for its table alone */
    struct image *made;
    size_t *columns;
    int status = image_create(width, height, image->channels, &made);
    *out = NULL;
    if (status != IMAGE_OK)
        return status;
    columns = malloc(width * sizeof *columns);
    if (!columns) {
        image_free(made);
        return IMAGE_NO_MEMORY;
    }
    free(source->columns);
    source->columns = columns;
    for (size_t x = 0; x < width; x++)
        columns[x] = (size_t)((uint64_t)x * image->width / width);
    for (size_t y = 0; y < height; y++) {
        size_t from = (size_t)((uint64_t)y * image->height / height);
        for (size_t x = 0; x < width; x++)
            memcpy(made->pixels + (y * width + x) * image->channels,
                   image->pixels + (from * image->width + columns[x]) * image->channels,
                   image->channels);
    }
    *out = made;
    return IMAGE_OK;
}

int image_blur(struct image *image, size_t radius)
{
    size_t width = image->width, height = image->height, channels = image->channels;
    uint8_t *made = malloc(size_of(image));
    if (!made)
        return IMAGE_NO_MEMORY;
    if (radius > width + height)
        radius = width + height;
    for (size_t y = 0; y < height; y++) {
        size_t top = y > radius ? y - radius : 0;
        size_t bottom = y + radius < height ? y + radius : height - 1;
        for (size_t x = 0; x < width; x++) {
            size_t left = x > radius ? x - radius : 0;
            size_t right = x + radius < width ? x + radius : width - 1;
            uint64_t count = (uint64_t)(bottom - top + 1) * (right - left + 1);
            for (size_t c = 0; c < channels; c++) {
                uint64_t sum = 0;
                for (size_t v = top; v <= bottom; v++)
                    for (size_t u = left; u <= right; u++)
                        sum += image->pixels[(v * width + u) * channels + c];
                made[(y * width + x) * channels + c] = (uint8_t)(sum / count);
            }
        }
    }
    free(image->pixels);
    image->pixels = made;
    return IMAGE_OK;
}

int image_grayscale(struct image *image)
{
    size_t count = image->width * image->height;
    uint8_t *grey;
    if (image->channels != 3)
        return IMAGE_BAD_CHANNELS;
    grey = malloc(count);
    if (!grey)
        return IMAGE_NO_MEMORY;
    for (size_t i = 0; i < count; i++) {
        const uint8_t *p = image->pixels + 3 * i;
        grey[i] = (uint8_t)((77u * p[0] + 150u * p[1] + 29u * p[2]) / 256u);
    }
    free(image->pixels);
    image->pixels = grey;
    image->channels = 1;
    return IMAGE_OK;
}

size_t image_width(const struct image *image)
{
    return image->width;
}

size_t image_height(const struct image *image)
{
    return image->height;
}

size_t image_channels(const struct image *image)
{
    return image->channels;
}

uint8_t *image_pixels(struct image *image)
{
    return image->pixels;
}
