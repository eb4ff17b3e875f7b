/*
 * A known amount of CPU work: the same instructions each time. A yardstick for wall times.
 *
 * usage: known_work ROUNDS
 * Exit code 0; 2 for wrong arguments.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

/* Marsaglia, "Xorshift RNGs", 2003. It uses no memory, and each step needs the result of the last one. */
static uint64_t work(uint64_t rounds) {
    uint64_t state = UINT64_C(88172645463325252);
    for (uint64_t i = 0; i < rounds; i++) {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
    }
    return state;
}

int main(int argc, char **argv) {
    char *rest = NULL;
    uint64_t rounds = argc == 2 ? strtoull(argv[1], &rest, 10) : 0;
    if (argc != 2 || rest == argv[1] || *rest != '\0') {
        fprintf(stderr, "usage: known_work ROUNDS\n");
        return 2;
    }
    volatile uint64_t result = work(rounds);
    (void)result;
    return 0;
}
