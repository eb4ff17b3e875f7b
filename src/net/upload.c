/* See net/upload.h. */
#include "net/upload.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bakeoff/error.h"

bool bko__upload_is_wanted(const bko_fetch_options *options) {
    return options->form != NULL || options->upload != NULL;
}

const char *bko__upload_usual_method(const bko_fetch_options *options) {
    if (options->upload != NULL) {
        return "PUT";
    }
    return options->body != NULL || options->form != NULL ? "POST" : "GET";
}

/* --- forms ------------------------------------------------------------------------------------ */

static bool add_part(curl_mime *form, const bko_form_part *given) {
    curl_mimepart *part = curl_mime_addpart(form);
    if (part == NULL || curl_mime_name(part, given->name) != CURLE_OK) {
        return false;
    }
    /* libcurl opens the file when it sends it; a missing one then fails the fetch */
    CURLcode code = given->file != NULL ? curl_mime_filedata(part, given->file)
                                        : curl_mime_data(part, given->data, given->size);
    if (code != CURLE_OK && code != CURLE_READ_ERROR) {
        return false;
    }
    return (given->file_name == NULL || curl_mime_filename(part, given->file_name) == CURLE_OK) &&
           (given->type == NULL || curl_mime_type(part, given->type) == CURLE_OK);
}

static void set_form(bko_transfer *transfer) {
    const bko_form *form = transfer->options->form;
    transfer->form = curl_mime_init(transfer->easy);
    bool is_whole = transfer->form != NULL;
    for (size_t i = 0; is_whole && i < form->count; i++) {
        is_whole = add_part(transfer->form, &form->parts[i]);
    }
    if (!is_whole) {
        bko__upload_free_form(transfer);
        return;
    }
    curl_easy_setopt(transfer->easy, CURLOPT_MIMEPOST, transfer->form);
}

void bko__upload_free_form(bko_transfer *transfer) {
    curl_mime_free(transfer->form);
    transfer->form = NULL;
}

/* --- files ------------------------------------------------------------------------------------ */

static size_t abort_reading(bko_transfer *transfer) {
    transfer->refused = BKO_ESYS;
    transfer->refused_why = "the file to upload can't be read";
    return CURL_READFUNC_ABORT;
}

static size_t on_read(char *out, size_t one, size_t size, void *user) {
    bko_transfer *transfer = user;
    ssize_t got = transfer->upload_fd >= 0 ? read(transfer->upload_fd, out, one * size) : -1;
    return got >= 0 ? (size_t)got : abort_reading(transfer);
}

/* A redirect or a dead connection makes libcurl send it again. */
static int on_seek(void *user, curl_off_t offset, int origin) {
    const bko_transfer *transfer = user;
    bool is_there = transfer->upload_fd >= 0 && lseek(transfer->upload_fd, offset, origin) >= 0;
    return is_there ? CURL_SEEKFUNC_OK : CURL_SEEKFUNC_FAIL;
}

static void set_file(bko_transfer *transfer) {
    curl_easy_setopt(transfer->easy, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(transfer->easy, CURLOPT_READFUNCTION, on_read);
    curl_easy_setopt(transfer->easy, CURLOPT_READDATA, transfer);
    curl_easy_setopt(transfer->easy, CURLOPT_SEEKFUNCTION, on_seek);
    curl_easy_setopt(transfer->easy, CURLOPT_SEEKDATA, transfer);
}

static void open_file(bko_transfer *transfer) {
    struct stat found;
    transfer->upload_fd = open(transfer->options->upload, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (transfer->upload_fd >= 0 && fstat(transfer->upload_fd, &found) == 0) {
        curl_easy_setopt(transfer->easy, CURLOPT_INFILESIZE_LARGE, (curl_off_t)found.st_size);
    }
}

/* --- both ------------------------------------------------------------------------------------- */

void bko__upload_set(bko_transfer *transfer) {
    bko__upload_free_form(transfer);
    if (transfer->options->form != NULL) {
        set_form(transfer);
    } else if (transfer->options->upload != NULL) {
        set_file(transfer);
    }
}

int bko__upload_begin(bko_transfer *transfer) {
    bko__upload_end(transfer);
    if (transfer->options->form != NULL && transfer->form == NULL) {
        return BKO_ENOMEM;
    }
    if (transfer->options->upload != NULL) {
        open_file(transfer);
    }
    return BKO_OK;
}

void bko__upload_end(bko_transfer *transfer) {
    if (transfer->upload_fd >= 0) {
        close(transfer->upload_fd);
        transfer->upload_fd = -1;
    }
}
