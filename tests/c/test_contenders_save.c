/* Native contenders: saved bodies. */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "bakeoff/contender.h"
#include "bakeoff/error.h"
#include "support_contender.h"
#include "support_server.h"

static void assert_file(const char *dir, const char *url, size_t size) {
    char name[128];
    char path[512];
    struct stat info;
    bko_url_file_name(url, name, sizeof name);
    snprintf(path, sizeof path, "%s/%s", dir, name);
    assert_int_equal(stat(path, &info), 0);
    assert_int_equal(info.st_size, size);
}

/* Removes the folder and its files; returns how many files there were. */
static size_t remove_folder(const char *dir) {
    size_t count = 0;
    char path[512];
    struct dirent *entry;
    DIR *folder = opendir(dir);
    while ((entry = readdir(folder)) != NULL) {
        snprintf(path, sizeof path, "%s/%s", dir, entry->d_name);
        count += unlink(path) == 0;
    }
    closedir(folder);
    assert_int_equal(rmdir(dir), 0);
    return count;
}

static void bodies_are_saved_one_file_each(void **state) {
    (void)state;
    bko_server *server = server_start((bko_server_options){.size_bytes = 1234});
    const char **urls = server_urls(server, CONTENDER_JOBS);
    for (size_t i = 0; i < CONTENDER_MODELS; i++) {
        char dir[] = "/tmp/bakeoff-save-XXXXXX";
        assert_non_null(mkdtemp(dir));
        bko_totals totals = contender_run(i, (bko_jobs){.urls = urls,
                                                        .count = CONTENDER_JOBS,
                                                        .fetch = &contender_fetch,
                                                        .save_dir = dir});
        assert_int_equal(totals.done, CONTENDER_JOBS);
        for (size_t job = 0; job < CONTENDER_JOBS; job++) {
            assert_file(dir, urls[job], 1234);
            assert_true(bko_recorder_row(contender_recorder, job)->saved_ns > 0);
        }
        assert_int_equal(remove_folder(dir), CONTENDER_JOBS); /* and no half-written file */
        contender_run_end();
    }
    urls_free(urls, CONTENDER_JOBS);
    bko_server_free(server);
}

static void one_url_saved_by_all_workers_is_one_whole_file(void **state) {
    (void)state;
    bko_server *server = server_start((bko_server_options){.size_bytes = 100000});
    const char **one = server_urls(server, 1);
    const char **urls = same_urls(one[0], CONTENDER_JOBS);
    for (size_t i = 0; i < CONTENDER_MODELS; i++) {
        char dir[] = "/tmp/bakeoff-save-XXXXXX";
        assert_non_null(mkdtemp(dir));
        contender_run(i, (bko_jobs){.urls = urls,
                                    .count = CONTENDER_JOBS,
                                    .fetch = &contender_fetch,
                                    .save_dir = dir});
        assert_file(dir, one[0], 100000);
        assert_int_equal(remove_folder(dir), 1);
        contender_run_end();
    }
    urls_free(urls, CONTENDER_JOBS);
    urls_free(one, 1);
    bko_server_free(server);
}

static void a_folder_that_is_not_there_fails_the_jobs(void **state) {
    (void)state;
    bko_server *server = server_start((bko_server_options){0});
    const char **urls = server_urls(server, 3);
    bko_totals totals = contender_run(0, (bko_jobs){.urls = urls,
                                                    .count = 3,
                                                    .fetch = &contender_fetch,
                                                    .save_dir = "/nonexistent/folder"});
    assert_int_equal(totals.failed, 3);
    assert_int_equal(bko_recorder_row(contender_recorder, 0)->error, BKO_ESAVE);
    assert_non_null(strstr(bko_recorder_first_reason(contender_recorder), "save folder"));
    contender_run_end();
    urls_free(urls, 3);
    bko_server_free(server);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        clean(bodies_are_saved_one_file_each),
        clean(one_url_saved_by_all_workers_is_one_whole_file),
        clean(a_folder_that_is_not_there_fails_the_jobs),
    };
    return cmocka_run_group_tests(tests, contender_begin_all, NULL);
}
