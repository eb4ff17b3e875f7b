---@meta _

-- # Fetching

---@class bakeoff
local bake = {}

---How to fetch: a URL with options. An experiment's `request` and `bake.loop` take the same fields without
---`url`.
---@class bakeoff.Request
---An http or https URL. Needed wherever one request is made.
---@field url? string
---Default: `"GET"`, with a body `"POST"`.
---@field method? string
---What is sent. Default: nothing.
---@field body? string
---`{ Accept = "text/html" }`, or lines such as `"Accept: text/html"`.
---@field headers? table<string|integer, string|number>
---Limit of the whole transfer. Default: `"60s"`.
---@field timeout? bakeoff.Duration
---A longer body, unpacked, fails the transfer with the code `"too_large"`. Default: `"64MiB"`.
---@field max_bytes? bakeoff.Size
---Default: `"1.1"`.
---@field http_version? "1.1"|"2"|"any"
---A file of certificates to trust. Default: the system's.
---@field ca_file? string
---Accept any certificate. Default: false.
---@field insecure? boolean
---A proxy's URL; `""`: none. Default: that of the environment; none for this machine's own servers in
---experiments.
---@field proxy? string
---Follow redirects: 10 at the most, to http and https only. Default: true.
---@field follow? boolean
---Ask for a compressed body, and unpack it. Default: false.
---@field compressed? boolean
---Of libcurl's receive buffer. Default: chosen, and grown for large bodies.
---@field buffer_size? bakeoff.Size
---Whether responses have `headers`. Default: true; in experiments and their tasks false.
---@field headers_wanted? boolean

---@class bakeoff.Response
---The HTTP status; 0 where no response came.
---@field status integer
---As requested, without a password.
---@field url string
---Absent where nothing was kept.
---@field body? string
---Of the body, unpacked.
---@field bytes integer
---From the start of the transfer to its end, in seconds.
---@field time_s number
---By name in lower case; a repeated one is joined by `", "`. Only where wanted, see `headers_wanted`.
---@field headers? table<string, string>
---Of a failed transfer: what went wrong.
---@field error? string
---Of a failed transfer: its code.
---@field code? bakeoff.Code

---One transfer; the calling thread waits for it. A status of 400 and more is a failure with the code
---`"http"`.
---@param request string|bakeoff.Request
---@return bakeoff.Response? response
---@return string? message
---@return bakeoff.Code? code
---@return bakeoff.Response? failed what came of the response that failed
function bake.fetch(request) end

-- # The built-in server

---All fields may be left out. A shell has the same ones: `bakeoff serve --help`.
---@class bakeoff.ServerOptions
---Time to an answer, from the moment a request is let in, up to `"1h"`. Default: 0.
---@field latency? bakeoff.Duration
---How much that time varies. Default: 0.
---@field jitter? bakeoff.Duration
---`"uniform"`: latency ± jitter; `"normal"`, `"lognormal"`: mean latency, standard deviation jitter. Default:
---`"uniform"` with jitter, `"fixed"` without.
---@field distribution? "fixed"|"uniform"|"normal"|"lognormal"
---`"plain"`; `"tickets"`: JSON of one day, `?day=N`; `"page"`: HTML. Default: `"plain"`.
---@field body? "plain"|"tickets"|"page"
---Of the plain body, up to `"1GiB"`. Default: 2048 bytes.
---@field size? bakeoff.Size
---Requests let in per second; the others wait in a queue. 0: no limit. Default: 0.
---@field rate? bakeoff.Rate
---Once in every trial nobody is let in for so long. Default: never.
---@field stall? bakeoff.Duration
---Requests before the stall. Default: 0.
---@field stall_after? integer
---Connections served at once; the others wait. 0: no limit. Default: 0.
---@field connections? integer
---Share of the requests that are answered with status 500. Default: 0.
---@field errors? bakeoff.Share
---Of all draws. Default: 1.
---@field seed? integer
---0: any free one. Default: 0.
---@field port? integer

---What the server counted since it started.
---@class bakeoff.ServerStats
---Requests that it answered.
---@field requests integer
---Connections that it accepted.
---@field connections integer
---Bytes of bodies sent.
---@field bytes integer
---Requests that were answered with status 500.
---@field errors integer
---Requests being served at once, at the most.
---@field served_peak integer

---A running server. Declare it `local site <close>`: it ends with the variable, and with the script at the
---latest.
---@class bakeoff.Site
---The TCP port, on 127.0.0.1.
---@field port integer
---The options in base units, completed: `latency_s`, `size_bytes` and so on.
---@field options table<string, any>
---@field private handle userdata
---@field private __index table
---@field private __close function
local site = {}

---`"http://127.0.0.1:PORT"` and the path.
---@param path? string default: `"/"`
---@return string url
function site:url(path) end

---URLs for an experiment; the list remembers its server.
---@param pattern string a path with one `%d`, which becomes 1, 2, … n
---@param n integer
---@return string[] urls
function site:urls(pattern, n) end

---Also after the server has stopped.
---@return bakeoff.ServerStats stats
function site:stats() end

---Starts a new series of draws: from now on the n-th request for a URL meets what seed, number, URL and n
---say, whoever asks. Experiments do so before each trial.
---@param number integer
function site:epoch(number) end

---Its options in short words: `"30 ms latency ± 10 ms, 5 served at once"`.
---@return string words
function site:describe() end

---Waits for a signal or the server's end.
---@param watching? fun() called when no signal can be missed any more
---@return "SIGINT"|"SIGTERM"|"SIGHUP"|"ended"|nil why
---@return string? message
---@return bakeoff.Code? code
function site:wait(watching) end

---Ends the server. Harmless when repeated.
function site:stop() end

---Starts the server, a process of its own: its memory and CPU never count. Raises an error for wrong options,
---and where it can't start.
---@param options? bakeoff.ServerOptions
---@return bakeoff.Site site
function bake.server(options) end
