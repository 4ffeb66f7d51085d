// ANCHOR: all
namespace shelf {
int width(int books) { return 3 * books; }
int width(int books, int gap) { return (3 + gap) * books; }
}
// ANCHOR_END: all
