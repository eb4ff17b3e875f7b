/* The list of native contenders: a new one is a new file and a line here. */
#include <string.h>

#include "contender/job.h"

static const bko_contender *const contenders[] = {
    &bko__contender_sequential,
    &bko__contender_threads,
    &bko__contender_processes,
    &bko__contender_eventloop,
};

const bko_contender *bko_contender_find(const char *name) {
    for (size_t i = 0; i < sizeof contenders / sizeof contenders[0]; i++) {
        if (strcmp(contenders[i]->name, name) == 0) {
            return contenders[i];
        }
    }
    return NULL;
}
