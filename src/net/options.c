/*
 * Translates bko_fetch_options into libcurl's options: those of the owner, or those of a single
 * fetch. See net/transfer.h.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "bakeoff/error.h"
#include "net/upload.h"

enum {
    TIMEOUT_DEFAULT_MS = 60000,
    REDIRECTS = 10,
#if LIBCURL_VERSION_NUM >= 0x075800
    HTTP_3_ONLY =
        CURL_HTTP_VERSION_3ONLY /* with CURL_HTTP_VERSION_3, it falls back to earlier versions */
#else
    HTTP_3_ONLY = CURL_HTTP_VERSION_3
#endif
};

bool bko__fetch_has_http3(void) {
    return (curl_version_info(CURLVERSION_NOW)->features & CURL_VERSION_HTTP3) != 0;
}

long bko__transfer_timeout_ms(const bko_transfer *transfer) {
    int64_t given = transfer->options->timeout_ms;
    return (long)(given > 0 ? given : TIMEOUT_DEFAULT_MS);
}

static void set_limits(CURL *easy, const bko_fetch_options *options) {
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, options->no_follow ? 0L : 1L);
    curl_easy_setopt(easy, CURLOPT_MAXREDIRS, (long)REDIRECTS);
}

/* libcurl looks these up for every request, which takes up to a tenth of its time. */
bool bko__environment_names_proxy(void) {
    static const char *const names[] = {"http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy",
                                        "ALL_PROXY"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (getenv(names[i]) != NULL) {
            return true;
        }
    }
    return false;
}

static bool has_no_proxy(const bko_fetch_options *options) {
    if (options->unix_socket != NULL) {
        return true;
    }
    return options->proxy != NULL ? options->proxy[0] == '\0' : !bko__environment_names_proxy();
}

static void set_proxy(CURL *easy, const bko_fetch_options *options) {
    bool none = has_no_proxy(options);
    if (none) {
        curl_easy_setopt(easy, CURLOPT_NOPROXY, "*");
        /* The CAs to trust for a proxy: libcurl copies these into each handle, connection and
         * request. */
        curl_easy_setopt(easy, CURLOPT_PROXY_CAINFO, NULL);
        curl_easy_setopt(easy, CURLOPT_PROXY_CAPATH, NULL);
    } else if (options->proxy != NULL) {
        curl_easy_setopt(easy, CURLOPT_PROXY, options->proxy);
    }
}

/* Of connections to abstract sockets, libcurl 7.88 takes none for established, and so reuses none. */
static void set_unix_socket(CURL *easy, const char *name) {
    if (name != NULL && name[0] == '@') {
        curl_easy_setopt(easy, CURLOPT_ABSTRACT_UNIX_SOCKET, name + 1);
    } else if (name != NULL) {
        curl_easy_setopt(easy, CURLOPT_UNIX_SOCKET_PATH, name);
    }
}

/* Of certificates in one file, libcurl keeps what it has read; of those in a folder, too, it reads all
 * again for each connection: 20 ms and more, in which a loop stands still. Where the system has
 * a file, it holds the same ones as the folder. */
static void set_authorities(CURL *easy, const bko_fetch_options *options, bool has_file) {
    if (options->ca_file != NULL) {
        curl_easy_setopt(easy, CURLOPT_CAINFO, options->ca_file);
    }
    if (options->ca_file != NULL || has_file) {
        curl_easy_setopt(easy, CURLOPT_CAPATH, NULL);
    }
}

static void set_connection(CURL *easy, const bko_fetch_options *options) {
    static const long versions[] = {[BKO_HTTP_1_1] = CURL_HTTP_VERSION_1_1,
                                    [BKO_HTTP_2] = CURL_HTTP_VERSION_2TLS,
                                    [BKO_HTTP_ANY] = CURL_HTTP_VERSION_NONE,
                                    [BKO_HTTP_3] = HTTP_3_ONLY};
    curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, versions[options->http_version]);
    if (options->cert != NULL) {
        curl_easy_setopt(easy, CURLOPT_SSLCERT, options->cert);
        curl_easy_setopt(easy, CURLOPT_SSLKEY, options->key);
        curl_easy_setopt(easy, CURLOPT_KEYPASSWD, options->key_password);
    }
    if (options->cookies) {
        curl_easy_setopt(easy, CURLOPT_COOKIEFILE, ""); /* keeps them, beginning with none */
    }
    set_proxy(easy, options);
    if (options->insecure) {
        curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 0L);
        curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 0L);
    }
    if (options->session_per_request) {
        curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, 1L);
        curl_easy_setopt(easy, CURLOPT_FORBID_REUSE, 1L);
    }
}

static void set_request(CURL *easy, const bko_transfer *transfer) {
    const bko_fetch_options *options = transfer->options;
    const struct curl_slist *own = transfer->own_headers;
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, own != NULL ? own : transfer->common->headers);
    if (options->body != NULL) {
        curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)options->body_size);
        curl_easy_setopt(easy, CURLOPT_POSTFIELDS, options->body);
    }
    const char *usual = bko__upload_usual_method(options);
    if (options->method != NULL && strcmp(options->method, "HEAD") == 0) {
        curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
    } else if (options->method != NULL && strcmp(options->method, usual) != 0) {
        curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, options->method);
    }
}

static void set_sockets(CURL *easy, const bko__sockets *sockets) {
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, sockets->open);
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, sockets->user);
    curl_easy_setopt(easy, CURLOPT_CLOSESOCKETFUNCTION, sockets->close);
    curl_easy_setopt(easy, CURLOPT_CLOSESOCKETDATA, sockets->user);
}

void bko__transfer_set_options(bko_transfer *transfer) {
    CURL *easy = transfer->easy;
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, bko__transfer_timeout_ms(transfer));
    set_limits(easy, transfer->options);
    set_connection(easy, transfer->options);
    set_authorities(easy, transfer->options, transfer->common->has_ca_file);
    set_unix_socket(easy, transfer->options->unix_socket);
    set_request(easy, transfer);
    bko__upload_set(transfer);
    curl_easy_setopt(easy, CURLOPT_PRIVATE, transfer);
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, bko__transfer_on_header);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, transfer);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, bko__transfer_on_body);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, transfer);
    curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, bko__transfer_on_request);
    curl_easy_setopt(easy, CURLOPT_PREREQDATA, transfer);
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, transfer->error_text);
    size_t own_size = transfer->options->buffer_size;
    curl_easy_setopt(easy, CURLOPT_BUFFERSIZE,
                     own_size > 0 ? (long)own_size : (long)transfer->buffer_size);
    if (transfer->common->sockets.open != NULL) {
        set_sockets(easy, &transfer->common->sockets);
    }
}

static int add_header(struct curl_slist **list, const char *line) {
    struct curl_slist *longer = curl_slist_append(*list, line);
    if (longer == NULL) {
        return BKO_ENOMEM;
    }
    *list = longer;
    return BKO_OK;
}

/* To libcurl, "Name:" means that it shall not send such a header, and "Name;" is one without a value. */
static int add_own_header(struct curl_slist **list, const char *line) {
    size_t name = strcspn(line, ":");
    if (line[name] == '\0' || line[name + 1 + strspn(line + name + 1, " \t")] != '\0') {
        return add_header(list, line);
    }
    char *empty = strdup(line);
    if (empty == NULL) {
        return BKO_ENOMEM;
    }
    memcpy(empty + name, ";", sizeof ";");
    int err = add_header(list, empty);
    free(empty);
    return err;
}

/* A header in this list is cheaper than CURLOPT_USERAGENT, which libcurl formats twice per
 * request. */
static int header_list(const bko_fetch_options *options, struct curl_slist **out) {
    bool has_agent = false;
    bool has_expect = false;
    bool has_encoding = !options->compressed;
    int err = BKO_OK;
    *out = NULL;
    for (size_t i = 0; i < options->header_count && err == BKO_OK; i++) {
        const char *line = options->headers[i];
        has_agent = has_agent || strncasecmp(line, "User-Agent", strlen("User-Agent")) == 0;
        has_expect = has_expect || strncasecmp(line, "Expect", strlen("Expect")) == 0;
        has_encoding =
            has_encoding || strncasecmp(line, "Accept-Encoding", strlen("Accept-Encoding")) == 0;
        err = add_own_header(out, line);
    }
    if (err == BKO_OK && !has_agent) {
        err = add_header(out, "User-Agent: bakeoff/" BAKEOFF_VERSION);
    }
    bool sends = options->body_size > 0 || bko__upload_is_wanted(options);
    if (err == BKO_OK && sends && !has_expect) {
        err = add_header(out, "Expect:"); /* libcurl would wait a second for "100 Continue" */
    }
    if (err == BKO_OK && !has_encoding) { /* libcurl then leaves the decoding to us */
        err = add_header(out, "Accept-Encoding: " BKO__ENCODINGS);
    }
    return err;
}

/* Has the system one file with all certificates that are trusted? */
static bool has_ca_file(void) {
    const curl_version_info_data *about = curl_version_info(CURLVERSION_NOW);
    return about->age >= CURLVERSION_SEVENTH && about->cainfo != NULL &&
           access(about->cainfo, R_OK) == 0;
}

int bko__transfer_common_open(bko__transfer_common *common, const bko_fetch_options *options) {
    *common = (bko__transfer_common){.has_ca_file = has_ca_file()};
    return header_list(options, &common->headers);
}

/* From 8.12 on, libcurl does this by itself. Before, each handle reserves almost 1 KB for its own
 * TLS sessions, even if no URL needs any. */
int bko__transfer_common_share(bko__transfer_common *common) {
    common->sessions = curl_share_init();
    if (common->sessions == NULL) {
        return BKO_ENOMEM;
    }
    CURLSHcode code =
        curl_share_setopt(common->sessions, CURLSHOPT_SHARE, CURL_LOCK_DATA_SSL_SESSION);
    return code == CURLSHE_NOMEM ? BKO_ENOMEM : BKO_OK;
}

void bko__transfer_common_close(bko__transfer_common *common) {
    curl_slist_free_all(common->headers);
    common->headers = NULL;
    curl_share_cleanup(common->sessions);
    common->sessions = NULL;
}

/* The handle keeps pointers into its options: none may remain when the options go away. */
static int change_options(bko_transfer *transfer, const bko_fetch_options *options) {
    curl_easy_reset(transfer->easy);
    curl_slist_free_all(transfer->own_headers);
    transfer->own_headers = NULL;
    transfer->options = options;
    int err = BKO_OK;
    if (options != transfer->usual) {
        err = header_list(options, &transfer->own_headers);
    }
    bko__transfer_set_options(transfer);
    return err;
}

int bko__transfer_use(bko_transfer *transfer, const bko_fetch_options *options) {
    options = options != NULL ? options : transfer->usual;
    return options == transfer->usual && transfer->options == transfer->usual
               ? BKO_OK
               : change_options(transfer, options);
}

void bko__transfer_forget(bko_transfer *transfer) {
    if (transfer->options != transfer->usual) {
        change_options(transfer, transfer->usual);
    }
}
