/* What the launcher tells the process that started it, in one message on descriptor 3. */
#ifndef BAKEOFF_LAUNCH_REPORT_H
#define BAKEOFF_LAUNCH_REPORT_H

#include <stdint.h>

enum { BKO__LAUNCH_REPORT_FD = 3 };

typedef enum bko__launch_step {
    BKO__LAUNCH_CLONE,
    BKO__LAUNCH_FOLDER,
    BKO__LAUNCH_EXEC
} bko__launch_step;

typedef struct bko__launch_report {
    int32_t pid;        /* of the program; 0: there is none */
    int32_t step;       /* bko__launch_step: the last that was tried */
    int32_t error;      /* errno of that step; 0: the program runs */
    int64_t started_ns; /* CLOCK_MONOTONIC, just before its process was made */
    int64_t
        own_peak; /* bytes: the launcher's largest RSS, which the kernel takes for the program's */
} bko__launch_report;

#endif
