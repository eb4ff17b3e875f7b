---@meta _

-- # Fetching

---@class bakeoff
local bake = {}

---How to fetch: a URL and options. An experiment's `request` and `bake.loop` take the same fields except
---`url`.
---@class bakeoff.Request
---An http or https URL. Required for a single request.
---@field url? string
---The HTTP method, one word. Default: `"GET"`, `"POST"` with a `body` or `multipart`, `"PUT"` with `upload`.
---@field method? string
---The body to send. Like `multipart` and `upload`, it doesn't wait for the server's "100 Continue", unless
---`headers` have `Expect`. Default: none.
---@field body? string
---A form to send as `multipart/form-data`: `{ title = "x", photo = { file = "photo.jpg" } }`, its fields in
---the order of their names; or a list of parts with a `name` each, in their order. Default: none.
---@field multipart? table<string, string|number|bakeoff.FormPart>|bakeoff.FormPart[]
---A file to send as the body. It is read while it is sent, by each request anew, and never held in memory as
---a whole. Default: none.
---@field upload? string
---Headers to send: `{ Accept = "text/html" }`, or lines such as `"Accept: text/html"`.
---@field headers? table<string|integer, string|number>
---Time limit of the whole transfer, and of each retry, in whole milliseconds: a shorter one counts as
---`"1ms"`. Default: `"60s"`.
---@field timeout? bakeoff.Duration
---Size limit of the response's body after unpacking. A longer body fails the transfer with the code
---`"too_large"`. Default: `"64MiB"`.
---@field max_bytes? bakeoff.Size
---The HTTP version to ask for. Default: `"1.1"`.
---`"3"` (HTTP/3, without a fallback) is refused unless libcurl was built with it.
---@field http_version? "1.1"|"2"|"3"|"any"
---A file of certificates to trust. Default: the system's certificates.
---@field ca_file? string
---A PEM file with the client's certificate. Default: none.
---@field cert? string
---A PEM file with the certificate's key. Default: it is in the same file.
---@field key? string
---The key's password. It is in no file and no message. Default: none.
---@field key_password? string
---Accept any certificate. A run's report and the foot of its charts then say so. Default: false.
---@field insecure? boolean
---The proxy's URL; `""` means no proxy. Default: the proxy that the environment names; in experiments, no
---proxy for servers on this machine.
---@field proxy? string
---Follow redirects: at most 10, and only to http and https. Default: true.
---@field follow? boolean
---Ask the server for a compressed body (gzip or deflate), and unpack it. One that is cut off or damaged fails
---the transfer with the code `"protocol"`. Default: false.
---@field compressed? boolean
---Size of libcurl's receive buffer. Default: chosen automatically, larger for large bodies.
---@field buffer_size? bakeoff.Size
---Whether responses have the field `headers`. Default: true; in experiments and their tasks false.
---@field headers_wanted? boolean
---Connect to this Unix socket, whatever host the URL names: a path, or `"@name"` of an abstract socket (to
---which libcurl 7.88 opens a new connection for each request). No proxy is used. Where the socket's queue of
---connections is full, the request waits for room, within its time limit. Default: none.
---@field unix? string
---The HTTP statuses that count as success: `404`, `"2xx"`, `{ 200, "400-404" }`. With any other, the request
---fails with the code `"http"`. Beside the `request` of an experiment, not in it. Default: all statuses below
---400.
---@field expect? bakeoff.Statuses
---How often to repeat the request if it fails, or all of `bakeoff.Retries`. Beside the `request` of an
---experiment, not in it. Default: 0.
---@field retries? integer|bakeoff.Retries

---A part of a form: either `data` or a `file`.
---@class bakeoff.FormPart
---The field's name. Required in a list.
---@field name? string
---The content.
---@field data? string|number
---A file with the content, which is read while it is sent.
---@field file? string
---The file's name as the server is told. Default: the last part of its path.
---@field file_name? string
---The content type: `"text/csv"`. Default: none for data, guessed from the name for a file.
---@field type? string

---When to repeat a request that failed. While it waits, a job keeps its worker or slot; a loop does other
---work.
---@class bakeoff.Retries
---The largest number of retries of one request, up to 100.
---@field times integer
---After which failures: kinds (`"timeout"`; `"connection"`: none could be made, or it broke; `"protocol"`;
---`"tls"`) and HTTP statuses, at most 16. Default: `{ "timeout", "connection", 429, 502, 503, 504 }`.
---@field on? (bakeoff.RetryKind|integer)[]|bakeoff.RetryKind|integer
---The pause before the first retry, at most `"1min"`. It doubles with each further one, and varies by half of
---itself, at random but equally under every contender. A longer `Retry-After` of the server counts instead,
---up to a minute. Default: `"100ms"`.
---@field backoff? bakeoff.Duration
---Only in experiments: retries of all jobs of a trial, at most this share of its jobs. Default: no limit.
---@field budget? bakeoff.Share
---Repeat requests of any method. Otherwise only those that change nothing on the server are repeated: GET,
---HEAD, OPTIONS and TRACE. Default: false.
---@field unsafe? boolean
---Seed of the pauses. Default: 1.
---@field seed? integer

---HTTP statuses and ranges of them.
---@alias bakeoff.Statuses (integer|string)[]|integer|string

---@alias bakeoff.RetryKind "timeout"|"connection"|"protocol"|"tls"

---@class bakeoff.Response
---The HTTP status; 0 if no response arrived.
---@field status integer
---The URL as requested, without a password.
---@field url string
---The body; absent if it was not kept.
---@field body? string
---The size of the body after unpacking.
---@field bytes integer
---Seconds from the start of the transfer to its end.
---@field time_s number
---Headers by name in lower case. Values of a repeated header are joined by `", "`. Present only if wanted,
---see `headers_wanted`.
---@field headers? table<string, string>
---How often the request was repeated, as `retries` asks for; absent if it was not.
---@field retries? integer
---After a failed transfer: what went wrong.
---@field error? string
---After a failed transfer: the kind of failure.
---@field code? bakeoff.Code

---Makes one transfer and blocks the calling thread until it ends. A status of 400 or higher is a failure with
---the code `"http"`.
---@param request string|bakeoff.Request
---@return bakeoff.Response? response
---@return string? message
---@return bakeoff.Code? code
---@return bakeoff.Response? failed after a failure: the response as far as it arrived
function bake.fetch(request) end

-- # The built-in server

---The shares of requests that get each fault; together at most 1. Which requests, the seed decides, as for
---latencies. A request for `/fault/NAME` always gets that fault.
---
---Faults of a connection come before there is a request, so the server redirects to an address of its own
---that has them. To tell an expired certificate from one of another host, a client must trust both: the
---server sends them under `/certificates`, for a `ca_file`.
---
---Each ends, for a client that follows redirects, as the class of error named here (`done`: as a good answer)
---and with libcurl's code behind it.
---@class bakeoff.Faults
---Resets the connection instead of answering. Ends as `transfer`, 56.
---@field reset_before? bakeoff.Share
---Resets the connection after half of the body. Ends as `transfer`, 56.
---@field reset_mid? bakeoff.Share
---Closes the connection instead of answering. Ends as `transfer`, 52.
---@field close_before? bakeoff.Share
---Answers well, then closes the connection without saying so. Ends as `done`, 0.
---@field close_idle? bakeoff.Share
---Never answers. Ends as `timeout`, 28.
---@field stall_before? bakeoff.Share
---Falls silent within the headers. Ends as `timeout`, 28.
---@field stall_head? bakeoff.Share
---Falls silent after half of the body. Ends as `timeout`, 28.
---@field stall_body? bakeoff.Share
---Sends the body byte by byte, 20 bytes a second. Ends as `timeout`, 28.
---@field drip? bakeoff.Share
---Announces twice the length of the body, then closes. Ends as `transfer`, 18.
---@field length_long? bakeoff.Share
---Announces half the length of the body. Ends as `done`, 0.
---@field length_short? bakeoff.Share
---Announces a length of -1. Ends as `protocol`, 8.
---@field length_negative? bakeoff.Share
---Announces two different lengths. Ends as `protocol`, 23.
---@field length_twice? bakeoff.Share
---Closes the connection within a chunk. Ends as `transfer`, 18.
---@field chunk_cut? bakeoff.Share
---Sends a chunk whose size is not a number. Ends as `protocol`, 56.
---@field chunk_bad? bakeoff.Share
---Announces a chunk of more than 2^64 bytes. Ends as `protocol`, 56.
---@field chunk_huge? bakeoff.Share
---Announces gzip, sends something else; for clients that unpack. Ends as `protocol`, 23.
---@field gzip_bad? bakeoff.Share
---Sends a gzip body without its end, for clients that unpack. Ends as `protocol`, 0.
---@field gzip_cut? bakeoff.Share
---Sends a small gzip body that unpacks to 256 MiB, if unpacked. Ends as `too_large`, 23.
---@field gzip_bomb? bakeoff.Share
---Answers with something that is not HTTP. Ends as `protocol`, 1.
---@field garbage? bakeoff.Share
---Sends a body that never ends. Ends as `too_large`, 23.
---@field endless? bakeoff.Share
---Sends 10,000 headers, 1 MB in all. Ends as `protocol`, 23.
---@field header_flood? bakeoff.Share
---Sends a header of 10 MB in one line. Ends as `protocol`, 27.
---@field header_huge? bakeoff.Share
---Redirects to an address that redirects to itself. Ends as `transfer`, 47.
---@field redirect_loop? bakeoff.Share
---Redirects to a file: URL. Ends as `scheme`, 1.
---@field redirect_file? bakeoff.Share
---Redirects to an ftp: URL. Ends as `scheme`, 1.
---@field redirect_ftp? bakeoff.Share
---Redirects to a gopher: URL. Ends as `scheme`, 1.
---@field redirect_gopher? bakeoff.Share
---Answers with status 404. Ends as `http`, 0.
---@field status_404? bakeoff.Share
---Answers with status 429 and Retry-After: 1. Ends as `http`, 0.
---@field status_429? bakeoff.Share
---Answers with status 503. Ends as `http`, 0.
---@field status_503? bakeoff.Share
---Answers with status 999, which doesn't exist. Ends as `http`, 0.
---@field status_999? bakeoff.Share
---Answers with status 413 before it has read the request's body. Ends as `http`, 0.
---@field early_413? bakeoff.Share
---Sends 100 Continue byte by byte, and never answers. Ends as `timeout`, 28.
---@field continue_slow? bakeoff.Share
---Sends 100 Continue again and again, without an end. Ends as `protocol`, 23.
---@field continue_flood? bakeoff.Share
---Redirects to https with another host's certificate. Ends as `tls`, 60.
---@field tls_wrong_host? bakeoff.Share
---Redirects to https with an expired certificate. Ends as `tls`, 60.
---@field tls_expired? bakeoff.Share
---Redirects to https where the server doesn't speak TLS. Ends as `tls`, 35.
---@field tls_plaintext? bakeoff.Share
---Redirects to http where the server speaks TLS. Ends as `transfer`, 52.
---@field tls_unasked? bakeoff.Share
---Redirects to a port where nothing listens. Ends as `connect`, 7.
---@field refused? bakeoff.Share
---Redirects to a host name that can't exist. Ends as `connect`, 6.
---@field unresolvable? bakeoff.Share
---Redirects to a port that accepts no more connections. Ends as `timeout`, 28.
---@field backlog_full? bakeoff.Share

---Options of the built-in server. On a command line, `bakeoff serve` has the same ones: `bakeoff serve
-----help`.
---@class bakeoff.ServerOptions
---Time from the moment the server takes up a request until it answers, up to `"1h"`. Default: 0.
---@field latency? bakeoff.Duration
---How much the latency varies, see `distribution`. Default: 0.
---@field jitter? bakeoff.Duration
---How latencies are distributed. `"uniform"`: evenly over latency ± jitter; `"normal"`, `"lognormal"`: the
---mean is `latency`, the standard deviation is `jitter`. Default: `"uniform"` with jitter, `"fixed"` without.
---@field distribution? "fixed"|"uniform"|"normal"|"lognormal"
---What answers contain. `"plain"`: `size` bytes; `"tickets"`: JSON of one day, chosen by `?day=N`; `"page"`:
---HTML. Default: `"plain"`.
---@field body? "plain"|"tickets"|"page"
---Size of the plain body, up to `"1GiB"`. Default: 2048 bytes.
---@field size? bakeoff.Size
---How many requests per second the server takes up; the others wait in a queue. 0 means no limit. Default: 0.
---@field rate? bakeoff.Rate
---Once in every trial, the server takes up no requests for this long. Default: never.
---@field stall? bakeoff.Duration
---How many requests of a trial the server takes up before it stalls. Default: 0.
---@field stall_after? integer
---How many connections the server serves at once; the others wait. 0 means no limit. Default: 0.
---@field connections? integer
---Share of requests that the server answers with status 500. Default: 0.
---@field errors? bakeoff.Share
---Shares of requests that the server answers with faults: `{ reset_mid = 0.01, stall_body = "1%" }`. Default:
---none.
---@field faults? bakeoff.Faults
---Seed of all random draws (latencies, errors, faults). Default: 1.
---@field seed? integer
---The TCP port; 0 means any free one. Default: 0.
---@field port? integer

---What the server has counted since it started.
---@class bakeoff.ServerStats
---Requests answered.
---@field requests integer
---Connections accepted.
---@field connections integer
---Bytes sent in bodies.
---@field bytes integer
---Requests answered with status 500.
---@field errors integer
---Requests answered with a fault.
---@field faults integer
---The largest number of requests served at once.
---@field served_peak integer
---Stalls that have begun: see `stall` of the server.
---@field stalls integer
---When the latest stall began, in seconds of the monotonic clock; nil without a stall.
---@field stall_start_s? number
---When it ended, or is planned to end.
---@field stall_end_s? number

---A running server. Declare it as `local site <close>`: it then stops when the variable goes out of scope,
---and at the latest when the script ends.
---@class bakeoff.Site
---The TCP port, on 127.0.0.1.
---@field port integer
---The options with defaults filled in, in base units: `latency_s`, `size_bytes` and so on.
---@field options table<string, any>
---@field private handle userdata
---@field private __index table
---@field private __close function
local site = {}

---Returns `"http://127.0.0.1:PORT"` followed by the path.
---@param path? string default: `"/"`
---@return string url
function site:url(path) end

---Makes URLs for an experiment. The list remembers its server, so that the experiment can read the server's
---counts.
---@param pattern string a path with one `%d`, which is replaced by 1, 2, … n
---@param n integer
---@return string[] urls
function site:urls(pattern, n) end

---Returns the server's counts, even after it has stopped.
---@return bakeoff.ServerStats stats
function site:stats() end

---Does the server's process still run? False after `stop`, too.
---@return boolean
function site:is_running() end

---Starts a new series of random draws. From then on, `number`, the seed, the URL and n alone decide what the
---n-th request for a URL meets, whoever sends it. Experiments call this before each trial.
---@param number integer
function site:epoch(number) end

---Describes the server in a few words: `"30 ms latency ± 10 ms, 5 served at once"`.
---@return string words
function site:describe() end

---Waits until a signal arrives or the server ends.
---@param watching? fun() called once signals are being watched, so that none can be missed from then on
---@return "SIGINT"|"SIGTERM"|"SIGHUP"|"ended"|nil why
---@return string? message
---@return bakeoff.Code? code
function site:wait(watching) end

---Stops the server. Calling it again is harmless.
function site:stop() end

---Starts the server in a process of its own, so that its memory and CPU time never count as the contender's.
---Raises an error for invalid options and if the server can't start.
---@param options? bakeoff.ServerOptions
---@return bakeoff.Site site
function bake.server(options) end
