/*
 * The floor of the thread pool: pthreads, each with its own blocking easy handle, taking job
 * numbers from an atomic counter. No code from bakeoff, no queue, no Lua; bodies are counted and
 * dropped.
 *
 * usage: threads_floor URL REQUESTS THREADS
 * Prints one line of JSON. Exit code 0; 1 when a transfer failed; 2 for wrong arguments.
 */
#include <curl/curl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

/* As long as bakeoff's, so that the server reads equally much; in a list, because libcurl formats
 * CURLOPT_USERAGENT twice per request. */
#define AGENT "User-Agent: bakefloor/0.1"

typedef struct worker {
    _Alignas(64) pthread_t thread; /* a cache line each: the counters are written all the time */
    CURL *easy;
    unsigned long long bytes;
    long failed;
} worker;

static atomic_long next_job;
static long job_count;
static const char **urls; /* one per job */
static pthread_barrier_t ready;

static void die(const char *what) {
    fprintf(stderr, "threads_floor: %s\n", what);
    exit(2);
}

static size_t on_body(char *data, size_t size, size_t count, void *user) {
    (void)data;
    ((worker *)user)->bytes += size * count;
    return size * count;
}

static void prepare(worker *w, struct curl_slist *headers) {
    w->easy = curl_easy_init();
    if (w->easy == NULL) {
        die("no easy handle");
    }
    curl_easy_setopt(w->easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(w->easy, CURLOPT_TIMEOUT_MS,
                     60000L); /* no client goes without, nor does bakeoff */
    curl_easy_setopt(w->easy, CURLOPT_FOLLOWLOCATION, 1L);
    curl_easy_setopt(w->easy, CURLOPT_FAILONERROR, 1L);
    curl_easy_setopt(w->easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    curl_easy_setopt(w->easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(w->easy, CURLOPT_NOPROXY,
                     "*"); /* else libcurl asks the environment each time, */
    curl_easy_setopt(w->easy, CURLOPT_PROXY_CAINFO, NULL);
    curl_easy_setopt(w->easy, CURLOPT_PROXY_CAPATH, NULL); /* and copies these */
    curl_easy_setopt(w->easy, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(w->easy, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(w->easy, CURLOPT_WRITEDATA, w);
}

static void *work(void *user) {
    worker *w = user;
    pthread_barrier_wait(&ready);
    long job;
    while ((job = atomic_fetch_add_explicit(&next_job, 1, memory_order_relaxed)) < job_count) {
        curl_easy_setopt(w->easy, CURLOPT_URL, urls[job]);
        w->failed += curl_easy_perform(w->easy) != CURLE_OK;
    }
    return NULL;
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

static long report(const worker *workers, long threads, double wall, const struct rusage *before) {
    struct rusage after;
    unsigned long long bytes = 0;
    long failed = 0;
    getrusage(RUSAGE_SELF, &after);
    for (long i = 0; i < threads; i++) {
        bytes += workers[i].bytes;
        failed += workers[i].failed;
    }
    printf("{\"requests\":%ld,\"failed\":%ld,\"wall_s\":%.6f,\"requests_per_s\":%.0f,"
           "\"user_s\":%.6f,\"system_s\":%.6f,\"bytes\":%llu}\n",
           job_count, failed, wall, (double)job_count / wall,
           spent(&before->ru_utime, &after.ru_utime), spent(&before->ru_stime, &after.ru_stime),
           bytes);
    return failed;
}

/* The time from when all threads wait at the barrier until the last one is joined. */
static long measure(worker *workers, long threads) {
    struct rusage before;
    pthread_barrier_init(&ready, NULL, (unsigned)threads + 1);
    for (long i = 0; i < threads; i++) {
        if (pthread_create(&workers[i].thread, NULL, work, &workers[i]) != 0) {
            die("cannot start a thread");
        }
    }
    getrusage(RUSAGE_SELF, &before);
    double start = seconds();
    pthread_barrier_wait(&ready);
    for (long i = 0; i < threads; i++) {
        pthread_join(workers[i].thread, NULL);
    }
    double wall = seconds() - start;
    pthread_barrier_destroy(&ready);
    return report(workers, threads, wall, &before);
}

int main(int argc, char **argv) {
    job_count = argc == 4 ? strtol(argv[2], NULL, 10) : 0;
    long threads = argc == 4 ? strtol(argv[3], NULL, 10) : 0;
    if (job_count < 1 || threads < 1 || threads > 10000) {
        die("usage: threads_floor URL REQUESTS THREADS");
    }
    signal(SIGPIPE, SIG_IGN);
    curl_global_init(CURL_GLOBAL_DEFAULT);
    struct curl_slist *headers = curl_slist_append(NULL, AGENT);
    worker *workers = aligned_alloc(64, (size_t)threads * sizeof(worker));
    urls = calloc((size_t)job_count, sizeof *urls);
    if (workers == NULL || urls == NULL) {
        die("out of memory");
    }
    for (long i = 0; i < job_count; i++) {
        urls[i] = argv[1];
    }
    for (long i = 0; i < threads; i++) {
        workers[i] = (worker){0};
        prepare(&workers[i], headers);
    }
    long failed = measure(workers, threads);
    for (long i = 0; i < threads; i++) {
        curl_easy_cleanup(workers[i].easy);
    }
    free(workers);
    free(urls);
    curl_slist_free_all(headers);
    curl_global_cleanup();
    return failed > 0;
}
