/*
 * The floor of the event loop: libcurl's multi interface on libuv with nothing around it, and no
 * code from bakeoff. One thread; N GET requests to one URL with C in flight; bodies are counted
 * and dropped.
 *
 * usage: loop_floor URL REQUESTS IN_FLIGHT
 * Prints one line of JSON. Exit code 0; 1 when a transfer failed; 2 for wrong arguments.
 */
#include <curl/curl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>
#include <uv.h>

/* As long as bakeoff's, so that the server reads equally much; in a list, because libcurl formats
 * CURLOPT_USERAGENT twice per request. */
#define AGENT "User-Agent: bakefloor/0.1"

typedef struct watch {
    uv_poll_t poll; /* first: a uv_handle_t is a watch */
    curl_socket_t fd;
} watch;

static struct {
    uv_loop_t loop;
    uv_timer_t timer;
    uv_idle_t idle; /* with check: the next turn, without waiting */
    uv_check_t check;
    CURLM *multi;
    watch **watches; /* by descriptor */
    rlim_t watch_count;
    const char **urls; /* one per request */
    long left;         /* requests not started */
    long active;       /* requests in flight */
    long failed;
    unsigned long long bytes;
} floor_;

static void die(const char *what) {
    fprintf(stderr, "loop_floor: %s\n", what);
    exit(2);
}

static size_t on_body(char *data, size_t size, size_t count, void *user) {
    (void)data;
    (void)user;
    floor_.bytes += size * count;
    return size * count;
}

/* Reuses the handle while requests are left: it keeps its settings and finds its connection. The
 * URL is set each time, as any program that works through a list must do. */
static void start_next(CURL *easy) {
    if (floor_.left > 0) {
        curl_easy_setopt(easy, CURLOPT_URL, floor_.urls[--floor_.left]);
        floor_.active++;
        curl_multi_add_handle(floor_.multi, easy);
    }
}

static void drain(void) {
    int queued;
    CURLMsg *message;
    while ((message = curl_multi_info_read(floor_.multi, &queued)) != NULL) {
        CURL *easy = message->easy_handle;
        floor_.failed += message->data.result != CURLE_OK;
        floor_.active--;
        curl_multi_remove_handle(floor_.multi, easy);
        start_next(easy);
    }
    if (floor_.active == 0) {
        uv_stop(&floor_.loop);
    }
}

static void act(curl_socket_t fd, int mask) {
    int running;
    curl_multi_socket_action(floor_.multi, fd, mask, &running);
    drain();
}

static void on_poll(uv_poll_t *poll, int status, int events) {
    watch *w = (watch *)poll;
    int mask = (events & UV_READABLE ? CURL_CSELECT_IN : 0) |
               (events & UV_WRITABLE ? CURL_CSELECT_OUT : 0) | (status < 0 ? CURL_CSELECT_ERR : 0);
    act(w->fd, mask);
}

static void on_timer(uv_timer_t *timer) {
    (void)timer;
    act(CURL_SOCKET_TIMEOUT, 0);
}

/* Runs in the same turn as the polls before it, so one call handles all handles that they added. */
static void on_check(uv_check_t *check) {
    uv_check_stop(check);
    uv_idle_stop(&floor_.idle);
    act(CURL_SOCKET_TIMEOUT, 0);
}

static void on_idle(uv_idle_t *idle) {
    (void)idle; /* exists so that poll does not wait */
}

/* libcurl must not be called from here. Zero means "in a moment", and a uv_timer would be late. */
static int on_timeout_change(CURLM *multi, long timeout_ms, void *user) {
    (void)multi;
    (void)user;
    if (timeout_ms == 0) {
        uv_check_start(&floor_.check, on_check);
        uv_idle_start(&floor_.idle, on_idle);
        return 0;
    }
    uv_check_stop(&floor_.check);
    uv_idle_stop(&floor_.idle);
    if (timeout_ms < 0) {
        uv_timer_stop(&floor_.timer);
    } else {
        uv_timer_start(&floor_.timer, on_timer, (uint64_t)timeout_ms, 0);
    }
    return 0;
}

static watch *new_watch(curl_socket_t fd) {
    watch *w = calloc(1, sizeof *w);
    if (w == NULL || uv_poll_init_socket(&floor_.loop, &w->poll, fd) != 0) {
        die("cannot watch a socket");
    }
    w->fd = fd;
    return w;
}

/* libcurl withdraws its interest after every transfer and before it closes a descriptor. The watch is
 * stopped then, but kept until the end for the next socket with that number. */
static int on_socket(CURL *easy, curl_socket_t fd, int what, void *user, void *known) {
    (void)easy;
    (void)user;
    (void)known;
    if (floor_.watches[fd] == NULL) {
        floor_.watches[fd] = new_watch(fd);
    }
    watch *w = floor_.watches[fd];
    int events = (what & CURL_POLL_IN ? UV_READABLE : 0) | (what & CURL_POLL_OUT ? UV_WRITABLE : 0);
    if (what == CURL_POLL_REMOVE) {
        uv_poll_stop(&w->poll);
    } else {
        uv_poll_start(&w->poll, events, on_poll);
    }
    return 0;
}

static void free_watch(uv_handle_t *handle) {
    free(handle);
}

static CURL *new_easy(struct curl_slist *headers) {
    CURL *easy = curl_easy_init();
    if (easy == NULL) {
        die("no easy handle");
    }
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS,
                     60000L); /* no client goes without, nor does bakeoff */
    curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 1L);
    curl_easy_setopt(easy, CURLOPT_FAILONERROR, 1L);
    curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_NOPROXY, "*"); /* else libcurl asks the environment each time, */
    curl_easy_setopt(easy, CURLOPT_PROXY_CAINFO, NULL);
    curl_easy_setopt(easy, CURLOPT_PROXY_CAPATH, NULL); /* and copies these */
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
    return easy;
}

static void prepare(long in_flight) {
    struct rlimit files;
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max < 1048576 ? files.rlim_max : 1048576;
    setrlimit(RLIMIT_NOFILE, &files);
    floor_.watch_count = files.rlim_cur;
    floor_.watches = calloc((size_t)files.rlim_cur, sizeof(watch *));
    signal(SIGPIPE, SIG_IGN);
    curl_global_init(CURL_GLOBAL_DEFAULT);
    uv_loop_init(&floor_.loop);
    uv_timer_init(&floor_.loop, &floor_.timer);
    uv_idle_init(&floor_.loop, &floor_.idle);
    uv_check_init(&floor_.loop, &floor_.check);
    floor_.multi = curl_multi_init();
    if (floor_.multi == NULL || floor_.watches == NULL) {
        die("out of memory");
    }
    curl_multi_setopt(floor_.multi, CURLMOPT_SOCKETFUNCTION, on_socket);
    curl_multi_setopt(floor_.multi, CURLMOPT_TIMERFUNCTION, on_timeout_change);
    curl_multi_setopt(floor_.multi, CURLMOPT_MAXCONNECTS, in_flight);
    curl_multi_setopt(floor_.multi, CURLMOPT_PIPELINING, (long)CURLPIPE_NOTHING);
}

static double seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static double spent(const struct timeval *before, const struct timeval *after) {
    return (double)(after->tv_sec - before->tv_sec) +
           (double)(after->tv_usec - before->tv_usec) / 1e6;
}

static void measure(CURL **easy, long requests, long in_flight) {
    struct rusage before, after;
    getrusage(RUSAGE_SELF, &before);
    double start = seconds();
    for (long i = 0; i < in_flight; i++) {
        start_next(easy[i]);
    }
    uv_run(&floor_.loop, UV_RUN_DEFAULT);
    double wall = seconds() - start;
    getrusage(RUSAGE_SELF, &after);
    printf("{\"requests\":%ld,\"failed\":%ld,\"wall_s\":%.6f,\"requests_per_s\":%.0f,"
           "\"user_s\":%.6f,\"system_s\":%.6f,\"bytes\":%llu}\n",
           requests, floor_.failed, wall, (double)requests / wall,
           spent(&before.ru_utime, &after.ru_utime), spent(&before.ru_stime, &after.ru_stime),
           floor_.bytes);
}

static void release(CURL **easy, long in_flight) {
    for (long i = 0; i < in_flight; i++) {
        curl_easy_cleanup(easy[i]);
    }
    curl_multi_cleanup(floor_.multi);
    for (rlim_t fd = 0; fd < floor_.watch_count; fd++) {
        if (floor_.watches[fd] != NULL) {
            uv_close((uv_handle_t *)&floor_.watches[fd]->poll, free_watch);
        }
    }
    uv_close((uv_handle_t *)&floor_.timer, NULL);
    uv_close((uv_handle_t *)&floor_.idle, NULL);
    uv_close((uv_handle_t *)&floor_.check, NULL);
    uv_run(&floor_.loop, UV_RUN_DEFAULT);
    uv_loop_close(&floor_.loop);
    curl_global_cleanup();
    free(easy);
    free(floor_.urls);
    free(floor_.watches);
}

int main(int argc, char **argv) {
    long requests = argc == 4 ? strtol(argv[2], NULL, 10) : 0;
    long in_flight = argc == 4 ? strtol(argv[3], NULL, 10) : 0;
    if (requests < 1 || in_flight < 1 || in_flight > 100000) {
        die("usage: loop_floor URL REQUESTS IN_FLIGHT");
    }
    prepare(in_flight);
    struct curl_slist *headers = curl_slist_append(NULL, AGENT);
    CURL **easy = calloc((size_t)in_flight, sizeof(CURL *));
    floor_.urls = calloc((size_t)requests, sizeof *floor_.urls);
    if (easy == NULL || floor_.urls == NULL) {
        die("out of memory");
    }
    for (long i = 0; i < requests; i++) {
        floor_.urls[i] = argv[1];
    }
    for (long i = 0; i < in_flight; i++) {
        easy[i] = new_easy(headers);
    }
    floor_.left = requests;
    measure(easy, requests, in_flight);
    release(easy, in_flight);
    curl_slist_free_all(headers);
    return floor_.failed > 0;
}
