/* A worker process: reads jobs, runs them in order, answers each. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "bakeoff/error.h"
#include "pool/processes.h"

static int send_frame(int fd, bko__buffer *frame, uint64_t job, int code,
                      const bko__buffer *payload) {
    size_t sent = 0;
    int err = bko__frame_build(frame, job, code, payload != NULL ? payload->data : NULL,
                               payload != NULL ? payload->size : 0);
    return err == BKO_OK ? bko__frame_send(fd, frame->data, frame->size, &sent) : err;
}

static int run_jobs(const bko_processes_options *options, unsigned number, int fd, void *state) {
    bko__frame_reader reader = {.frame_max = options->frame_max};
    bko_answer answer = {.limit = options->frame_max};
    bko__buffer out = {0};
    bko__frame frame;
    int err = BKO_OK;
    while (err == BKO_OK && (err = bko__frame_receive(&reader, fd)) == BKO_OK) {
        int more;
        while (err == BKO_OK && (more = bko__frame_next(&reader, &frame)) != 0) {
            if (more < 0) {
                return more;
            }
            bko__buffer_clear(&answer.bytes);
            options->run(options->user, state, number, (size_t)frame.header.job, frame.payload,
                         frame.header.size, &answer);
            err = send_frame(fd, &out, frame.header.job, BKO_OK, &answer.bytes);
        }
    }
    return err;
}

_Noreturn void bko__worker_process_main(const bko_processes_options *options, unsigned number,
                                        int fd) {
    void *state = NULL;
    bko__buffer frame = {0};
    signal(SIGINT, SIG_IGN); /* the terminal's Ctrl-C is the parent's to answer */
    int err = options->open != NULL ? options->open(options->user, number, &state) : BKO_OK;
    int sent = send_frame(fd, &frame, number, err, NULL);
    if (err == BKO_OK && sent == BKO_OK) {
        err = run_jobs(options, number, fd, state);
        if (options->close != NULL) {
            options->close(options->user, number, state);
        }
    }
    fflush(stdout);
    /* The stack's buffers and the copied state go with the process. */
    _exit(err == BKO_OK || err == BKO_ECLOSED ? 0 : 1);
}
