/* A worker of any model: its hook and its CPU time. See contender/job.h. */
#include <string.h>

#include "bakeoff/clock.h"
#include "bakeoff/error.h"
#include "contender/job.h"
#include "core/clock.h"
#include "record/notes.h"

enum { REASON_SIZE = 1024 };

static int64_t cpu_now_ns(const bko__worker *worker) {
    return worker->is_process ? bko__clock_process_cpu_ns() : bko__clock_thread_cpu_ns();
}

static int open_hook(bko__worker *worker, char *reason, size_t size) {
    const bko_jobs *jobs = worker->jobs;
    if (jobs->task != NULL) {
        return jobs->task->open(jobs->task->user, worker->number, worker->shares_process,
                                &worker->hook_state, reason, size);
    }
    if (jobs->process != NULL) {
        return jobs->process->open(jobs->process->user, worker->number, worker->shares_process,
                                   &worker->hook_state, reason, size);
    }
    return BKO_OK;
}

int bko__worker_open(bko__worker *worker) {
    char reason[REASON_SIZE] = "";
    if (worker->gil != NULL) {
        bko__gil_bind(worker->gil);
        bko__gil_enter(worker->gil);
    }
    int err = open_hook(worker, reason, sizeof reason);
    if (worker->gil != NULL) {
        bko__gil_leave(worker->gil);
    }
    if (err != BKO_OK) {
        bko__recorder_reason(worker->jobs->recorder, reason);
    }
    return err;
}

int64_t bko__worker_note_cpu(bko__worker *worker) {
    int64_t now = cpu_now_ns(worker);
    worker->cpu_start_ns = worker->has_begun ? worker->cpu_start_ns : now;
    worker->has_begun = 1;
    int64_t used = now - worker->cpu_start_ns;
    bko__recorder_worker_cpu(worker->jobs->recorder, worker->number, used);
    return used;
}

static void close_hook(const bko__worker *worker) {
    const bko_jobs *jobs = worker->jobs;
    if (worker->hook_state == NULL) {
        return;
    }
    if (jobs->task != NULL && jobs->task->close != NULL) {
        jobs->task->close(worker->hook_state);
    } else if (jobs->task == NULL && jobs->process->close != NULL) {
        jobs->process->close(worker->hook_state);
    }
}

void bko__worker_close(bko__worker *worker) {
    if (!worker->has_begun) {
        bko__worker_note_cpu(worker);
    }
    if (worker->gil != NULL) {
        bko__gil_enter(worker->gil);
    }
    close_hook(worker);
    if (worker->gil != NULL) {
        bko__gil_leave(worker->gil);
        bko__gil_bind(NULL);
    }
}

bko_item bko__jobs_item(const bko_jobs *jobs, size_t job) {
    if (jobs->task != NULL) {
        return jobs->items[job];
    }
    return (bko_item){jobs->urls[job], strlen(jobs->urls[job]) + 1};
}
