/* Frames over a socket pair, however their bytes arrive. */
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "bakeoff/error.h"
#include "pool/frames.h"

enum { HEADER = sizeof(bko__frame_header), HUGE = 8 << 20 };

static int ends[2];

static int open_ends(void **state) {
    (void)state;
    return socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends);
}

static int close_ends(void **state) {
    (void)state;
    close(ends[0]);
    close(ends[1]);
    return 0;
}

static void send_bytes(const unsigned char *bytes, size_t size) {
    size_t sent = 0;
    assert_int_equal(bko__frame_send(ends[0], bytes, size, &sent), BKO_OK);
    assert_int_equal(sent, size);
}

static void assert_frame(const bko__frame *frame, uint64_t job, int code, const char *payload) {
    assert_int_equal(frame->header.job, job);
    assert_int_equal(frame->header.code, code);
    assert_int_equal(frame->header.size, strlen(payload));
    assert_memory_equal(frame->payload, payload, strlen(payload));
}

static void a_frame_arrives_byte_by_byte(void **state) {
    (void)state;
    bko__buffer out = {0};
    bko__frame_reader reader = {.frame_max = 100};
    bko__frame frame;
    for (int round = 0; round < 2; round++) {
        assert_int_equal(bko__frame_build(&out, 7, BKO_ETASK, "payload", 7), 0);
        for (size_t i = 0; i < out.size; i++) {
            assert_int_equal(bko__frame_receive(&reader, ends[1]), BKO_ETIMEOUT);
            assert_int_equal(bko__frame_next(&reader, &frame), 0);
            send_bytes(out.data + i, 1);
            assert_int_equal(bko__frame_receive(&reader, ends[1]), BKO_OK);
        }
        assert_int_equal(bko__frame_next(&reader, &frame), 1);
        assert_frame(&frame, 7, BKO_ETASK, "payload");
        assert_int_equal(bko__frame_next(&reader, &frame), 0);
    }
    bko__buffer_free(&out);
    bko__buffer_free(&reader.bytes);
}

/* Three frames in two pieces, cut at every place. */
static void frames_are_found_wherever_the_stream_is_cut(void **state) {
    (void)state;
    static const char *const payloads[] = {"first", "", "the third one"};
    bko__buffer out = {0};
    bko__buffer all = {0};
    for (uint64_t i = 0; i < 3; i++) {
        assert_int_equal(bko__frame_build(&out, i, BKO_OK, payloads[i], strlen(payloads[i])), 0);
        assert_int_equal(bko__buffer_append(&all, out.data, out.size), 0);
    }
    for (size_t cut = 1; cut < all.size; cut++) {
        bko__frame_reader reader = {.frame_max = 100};
        bko__frame frame;
        uint64_t found = 0;
        for (int part = 0; part < 2; part++) {
            send_bytes(all.data + (part ? cut : 0), part ? all.size - cut : cut);
            assert_int_equal(bko__frame_receive(&reader, ends[1]), BKO_OK);
            while (bko__frame_next(&reader, &frame) == 1) {
                assert_frame(&frame, found, BKO_OK, payloads[found]);
                found++;
            }
        }
        assert_int_equal(found, 3);
        bko__buffer_free(&reader.bytes);
    }
    bko__buffer_free(&all);
    bko__buffer_free(&out);
}

static void a_payload_above_the_limit_is_refused_by_its_header(void **state) {
    (void)state;
    static const char payload[101];
    bko__buffer out = {0};
    bko__frame_reader reader = {.frame_max = 100};
    bko__frame frame;
    assert_int_equal(bko__frame_build(&out, 1, BKO_OK, payload, 100), 0);
    send_bytes(out.data, out.size);
    assert_int_equal(bko__frame_receive(&reader, ends[1]), BKO_OK);
    assert_int_equal(bko__frame_next(&reader, &frame), 1);
    assert_int_equal(bko__frame_build(&out, 1, BKO_OK, payload, 101), 0);
    send_bytes(out.data, HEADER); /* nothing of the payload is waited for */
    assert_int_equal(bko__frame_receive(&reader, ends[1]), BKO_OK);
    assert_int_equal(bko__frame_next(&reader, &frame), BKO_ETOOLARGE);
    bko__buffer_free(&reader.bytes);
    bko__buffer_free(&out);
}

typedef struct side {
    bko__buffer out;
    size_t sent;
    bko__frame_reader reader;
    bool heard;
} side;

static void prepare(side *self, unsigned char fill) {
    unsigned char *payload = malloc(HUGE);
    memset(payload, fill, HUGE);
    *self = (side){.reader = {.frame_max = HUGE}};
    assert_int_equal(bko__frame_build(&self->out, fill, BKO_OK, payload, HUGE), 0);
    free(payload);
}

static void move(side *self, int fd, unsigned char expected) {
    bko__frame frame;
    int err = bko__frame_send(fd, self->out.data, self->out.size, &self->sent);
    assert_true(err == BKO_OK || err == BKO_ETIMEOUT);
    err = bko__frame_receive(&self->reader, fd);
    assert_true(err == BKO_OK || err == BKO_ETIMEOUT);
    if (bko__frame_next(&self->reader, &frame) == 1) {
        assert_int_equal(frame.header.size, HUGE);
        assert_int_equal(frame.payload[0], expected);
        assert_int_equal(frame.payload[HUGE - 1], expected);
        self->heard = true;
    }
}

static void huge_payloads_cross_each_other(void **state) {
    (void)state;
    static side left;
    static side right;
    prepare(&left, 1);
    prepare(&right, 2);
    while (!left.heard || !right.heard) {
        move(&left, ends[0], 2);
        move(&right, ends[1], 1);
    }
    bko__buffer_free(&left.out);
    bko__buffer_free(&right.out);
    bko__buffer_free(&left.reader.bytes);
    bko__buffer_free(&right.reader.bytes);
}

static void the_other_side_gone_is_told_and_kills_nobody(void **state) {
    (void)state;
    bko__buffer out = {0};
    bko__frame_reader reader = {.frame_max = 100};
    size_t sent = 0;
    assert_int_equal(bko__frame_build(&out, 1, BKO_OK, "x", 1), 0);
    shutdown(ends[0], SHUT_RDWR);
    assert_int_equal(bko__frame_receive(&reader, ends[1]), BKO_ECLOSED);
    assert_int_equal(bko__frame_send(ends[1], out.data, out.size, &sent), BKO_ECLOSED);
    assert_int_equal(bko__frame_receive(&reader, -1), BKO_ESYS);
    assert_int_equal(bko__frame_send(-1, out.data, out.size, &sent), BKO_ESYS);
    bko__buffer_free(&reader.bytes);
    bko__buffer_free(&out);
}

#define with_ends(test) cmocka_unit_test_setup_teardown(test, open_ends, close_ends)

int main(void) {
    const struct CMUnitTest tests[] = {
        with_ends(a_frame_arrives_byte_by_byte),
        with_ends(frames_are_found_wherever_the_stream_is_cut),
        with_ends(a_payload_above_the_limit_is_refused_by_its_header),
        with_ends(huge_payloads_cross_each_other),
        with_ends(the_other_side_gone_is_told_and_kills_nobody),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
