// ANCHOR: all
#include <cstdint>
#include <new>
#include <stdexcept>
#include <string>

// ANCHOR: class
class Counter {
public:
    explicit Counter(std::string name) : name(std::move(name)) {}
    void add(std::int32_t by) {
        if (by < 0)
            throw std::invalid_argument(name + " only counts upwards");
        total += by;
    }
    std::int64_t value() const { return total; }

private:
    std::string name;
    std::int64_t total = 0;
};
// ANCHOR_END: class

// ANCHOR: shim
extern "C" {

// The caller's until counter_delete; null without memory.
Counter *counter_new(const char *name) noexcept try {
    return new Counter(name);
} catch (...) {
    return nullptr;
}

// 0, 1 for a bad argument, 2 for anything else.
int counter_add(Counter *counter, std::int32_t by) noexcept try {
    counter->add(by);
    return 0;
} catch (const std::invalid_argument &) {
    return 1;
} catch (...) {
    return 2;
}

std::int64_t counter_value(const Counter *counter) noexcept { return counter->value(); }

void counter_delete(Counter *counter) noexcept { delete counter; }

} // extern "C"
// ANCHOR_END: shim

// No shim: the exception leaves.
extern "C" void counter_add_unguarded(Counter *counter, std::int32_t by) { counter->add(by); }
// ANCHOR_END: all
