/* Reading files on a loop: whole files, size limits, refusals, dropped reads. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "bakeoff/error.h"
#include "bakeoff/loop.h"
#include "support_loop.h"
#include "support_process.h"

typedef struct reading {
    bko_loop *loop;
    int error, system_error;
    size_t size, wrong;
    unsigned times;
} reading;

static unsigned char byte_at(size_t i) {
    return (unsigned char)(i * 7 + i / 256);
}

static void on_file(void *user, const bko_file *file) {
    reading *self = user;
    const unsigned char *data = file->data;
    self->times++;
    self->error = file->error;
    self->system_error = file->system_error;
    self->size = file->size;
    for (size_t i = 0; file->error == 0 && i < file->size; i++) {
        self->wrong += data[i] != byte_at(i);
    }
}

static reading read_one(const char *path, size_t max_bytes) {
    reading self = {.loop = loop_create_lazy(1, NULL)};
    assert_int_equal(bko_loop_read(self.loop, path, max_bytes, on_file, &self, NULL), 0);
    assert_int_equal(bko_loop_run(self.loop), 0);
    assert_int_equal(self.times, 1);
    bko_loop_free(self.loop);
    return self;
}

static void write_pattern(const char *path, size_t size) {
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    for (size_t i = 0; i < size; i++) {
        fputc(byte_at(i), file);
    }
    assert_int_equal(fclose(file), 0);
}

static void files_arrive_whole_up_to_the_limit(void **state) {
    (void)state;
    static const size_t sizes[] = {0, 1, 65535, 65536, 65537, 3000000};
    char path[] = "/tmp/bakeoff-read-XXXXXX";
    int before = process_descriptors();
    close(mkstemp(path));
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        write_pattern(path, sizes[i]);
        reading seen = read_one(path, sizes[i]);
        assert_int_equal(seen.error, BKO_OK);
        assert_int_equal(seen.size, sizes[i]);
        assert_int_equal(seen.wrong, 0);
        if (sizes[i] > 1) {
            assert_int_equal(read_one(path, sizes[i] - 1).error, BKO_ETOOLARGE);
        }
    }
    unlink(path);
    assert_int_equal(process_descriptors(), before);
}

static void what_is_no_file_has_its_reason(void **state) {
    (void)state;
    reading missing = read_one("/nonexistent/file", 0);
    assert_int_equal(missing.error, BKO_ESYS);
    assert_int_equal(missing.system_error, ENOENT);
    assert_int_equal(read_one("/tmp", 0).system_error, EISDIR);
    assert_int_equal(read_one("/dev/zero", 0).error, BKO_EINVAL);
    assert_int_equal(read_one("/proc/self/maps", 10).error, BKO_ETOOLARGE); /* fstat says 0 */
    char pipe_path[] = "/tmp/bakeoff-pipe-XXXXXX";
    close(mkstemp(pipe_path));
    unlink(pipe_path);
    assert_int_equal(mkfifo(pipe_path, 0600), 0);
    assert_int_equal(read_one(pipe_path, 0).error, BKO_EINVAL); /* without waiting for a writer */
    unlink(pipe_path);
}

static void dropped_reads_are_silent_and_close_their_files(void **state) {
    (void)state;
    int before = process_descriptors();
    reading self = {.loop = loop_create_lazy(1, NULL)};
    for (int i = 0; i < 50; i++) {
        bko_read *read;
        assert_int_equal(
            bko_loop_read(self.loop, "/proc/self/maps", 0, on_file, &self, i % 2 ? &read : NULL),
            0);
        if (i % 2) {
            bko_read_drop(read);
        }
    }
    bko_loop_free(self.loop); /* it drops the others */
    assert_int_equal(self.times, 0);
    assert_int_equal(process_descriptors(), before);
}

/* libuv's first loop opens two descriptors that stay open. */
static int use_a_first_loop(void **state) {
    (void)state;
    bko_loop_free(loop_create_lazy(1, NULL));
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(files_arrive_whole_up_to_the_limit),
        cmocka_unit_test(what_is_no_file_has_its_reason),
        cmocka_unit_test(dropped_reads_are_silent_and_close_their_files),
    };
    return cmocka_run_group_tests(tests, use_a_first_loop, NULL);
}
