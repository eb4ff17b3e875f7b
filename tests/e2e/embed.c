/*
 * A program that embeds the bench, as its author would write it: public headers, the installed library, no Lua.
 * It prints one line per contender and exits with 1 when a count is wrong.
 */
#include <bakeoff/bakeoff.h>
#include <stdio.h>

enum { JOBS = 40 };

typedef struct contest {
    const bko_contender *contender;
    bko_jobs jobs;
} contest;

static int body(void *user, bko_trial *trial) {
    contest *self = user;
    void *state = NULL;
    unsigned workers = self->contender == bko_contender_find("sequential") ? 1 : 4;
    int err = self->contender->setup(&self->jobs, workers, &state);
    if (err != BKO_OK) {
        return err;
    }
    bko_trial_enter(trial, BKO_PHASE_WORK);
    err = self->contender->work(state);
    bko_trial_enter(trial, BKO_PHASE_TEARDOWN);
    self->contender->teardown(state);
    return err;
}

static int run(const char *name, const char *const *urls) {
    bko_fetch_options fetch = {.proxy = ""};
    contest self = {.contender = bko_contender_find(name),
                    .jobs = {.urls = urls, .count = JOBS, .fetch = &fetch}};
    bko_recorder_options records = {.jobs = JOBS};
    if (bko_recorder_create(&self.jobs.recorder, &records) != BKO_OK) {
        return 1;
    }
    bko_trial_options options = {
        .body = body, .user = &self, .recorder = self.jobs.recorder, .interrupt_fd = -1};
    bko_trial_result result;
    bko_totals totals;
    int err = bko_trial_run(&options, &result);
    bko_recorder_totals(self.jobs.recorder, &totals);
    printf("%s %s done=%llu work=%.6f %s\n", name, bko_error_name(err),
           (unsigned long long)totals.done, (double)result.work_ns / 1e9, result.reason);
    int failed = err != BKO_OK || result.status != BKO_TRIAL_OK || totals.done != JOBS;
    bko_trial_result_free(&result);
    bko_recorder_free(self.jobs.recorder);
    return failed;
}

int main(void) {
    static const char *const names[] = {"sequential", "threads", "processes", "eventloop"};
    bko_server *server;
    char message[256];
    bko_server_options options = {.latency_s = 0.002};
    if (bko_server_start(&server, &options, message, sizeof message) != BKO_OK) {
        fprintf(stderr, "%s\n", message);
        return 1;
    }
    char url[64];
    const char *urls[JOBS];
    snprintf(url, sizeof url, "http://127.0.0.1:%u/x", bko_server_port(server));
    for (int i = 0; i < JOBS; i++) {
        urls[i] = url;
    }
    int failed = 0;
    for (int i = 0; i < 4; i++) {
        failed |= run(names[i], urls);
    }
    bko_server_free(server);
    return failed;
}
