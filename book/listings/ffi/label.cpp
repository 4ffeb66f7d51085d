// ANCHOR: all
#include <cstddef>
#include <cstring>
#include <new>

// A short text lies inside of the object, a long one on the heap.
class Label {
public:
    explicit Label(const char *text) {
        std::size_t length = std::strlen(text);
        start = length < sizeof inside ? inside : new char[length + 1];
        std::memcpy(start, text, length + 1);
    }
    ~Label() {
        if (start != inside)
            delete[] start;
    }

private:
    char *start;
    char inside[16];
};

extern "C" std::size_t label_size() { return sizeof(Label); }
extern "C" void label_construct(void *place, const char *text) { new (place) Label(text); }
extern "C" void label_destruct(void *place) { static_cast<Label *>(place)->~Label(); }
// ANCHOR_END: all
