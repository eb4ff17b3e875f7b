/* Sums; see bakeoff/work.h. */
#include "bakeoff/work.h"
#include "core/gil.h"

enum { SLICE = 1 << 19 };

/* Compilers know the formula n (n + 1) / 2 and would replace the loop by it, or add several numbers
 * at once. The empty statement tells them that each round changes the total, at no cost. What
 * remains is one addition per number, each dependent on the one before. */
static uint64_t add_from(uint64_t total, uint64_t first, uint64_t count) {
    for (uint64_t i = first; i != first + count; i++) {
        total += i;
        __asm__ volatile("" : "+r"(total));
    }
    return total;
}

uint64_t bko_work_sum(uint64_t n) {
    uint64_t total = n;
    uint64_t first = 0;
    while (n - first > SLICE) {
        total = add_from(total, first, SLICE);
        first += SLICE;
        bko__gil_breathe();
    }
    return add_from(total, first, n - first);
}
