/*
 * Tries to get out: `tool_escape ATTEMPT [ARGUMENT …]`. Prints "ATTEMPT: refused: REASON" and exits with 0,
 * or "ATTEMPT: OUT" and exits with 1.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "escape.h"

enum { MOST_ARGUMENTS = 3 };

static const attempt *const ALL[] = {escape_bombs,   escape_calls,     escape_files,
                                     escape_left,    escape_locks,     escape_marks,
                                     escape_network, escape_processes, escape_programs};

static const attempt *find(const char *name) {
    for (size_t i = 0; i < sizeof ALL / sizeof ALL[0]; i++) {
        for (const attempt *one = ALL[i]; one->name != NULL; one++) {
            if (strcmp(name, one->name) == 0) {
                return one;
            }
        }
    }
    return NULL;
}

int main(int argc, char **argv) {
    char *arguments[MOST_ARGUMENTS] = {"", "", ""};
    for (int i = 2; i < argc && i < 2 + MOST_ARGUMENTS; i++) {
        arguments[i - 2] = argv[i];
    }
    const attempt *one = argc > 1 ? find(argv[1]) : NULL;
    if (one == NULL) {
        fprintf(stderr, "tool_escape: no such attempt\n");
        return 2;
    }
    if (one->try(arguments) < 0) {
        printf("%s: refused: %s\n", one->name, strerror(errno));
        return 0;
    }
    printf("%s: OUT\n", one->name);
    return 1;
}
