---@meta bakeoff

-- Annotations of every public name, for editors (LuaLS) and for lua/REFERENCE.md, which scripts/reference
-- writes from them. Nothing here runs. Text above a field or function says what it is, its unit, its default
-- and its errors; fields marked private belong to the library itself. The other files of this folder hold the
-- parts.

-- # The module
-- `local bake = require "bakeoff"`. Each part is loaded when you first use it. Misuse raises an error that
-- names the argument and says what to write instead. Failures of the network, the disk or another process are
-- returned as `nil, message, code`.

---`pairs(bake)` iterates over all public names in alphabetical order.
---@class bakeoff
local bake = {}

---A duration: seconds as a number, or a text such as `"120ms"`, `"1.5s"`, `"5min"`, `"1h"`.
---@alias bakeoff.Duration number|string

---A size: bytes as a number, or a text such as `"16KB"` (1000 bytes each), `"40MiB"` (1024² each).
---@alias bakeoff.Size number|string

---A rate: events per second as a number, or a text such as `"500/s"`, `"30/min"`.
---@alias bakeoff.Rate number|string

---A share: a number from 0 to 1, or a text such as `"5%"`.
---@alias bakeoff.Share number|string

---The kind of failure, for programs to test. Transfers: `"timeout"`, `"connect"`, `"tls"` (certificate or
---handshake), `"transfer"` (the connection broke), `"protocol"` (an answer that is not HTTP as it should be),
---`"http"` (status 400 or higher), `"check"` (a check failed), `"too_large"`, `"scheme"` (neither http nor https).
---Tasks: `"task"` (the task raised an error; in an experiment, a task that passes on the message of its fetch
---has that fetch's kind), `"lost"` (its worker died), `"cancelled"`, `"timeout"`,
---`"broken"` (the pool can't go on), `"too_large"`, `"deadlock"`. Others: `"system"` (a system call failed),
---`"memory"`, `"save"`, `"gone"` (no such process), `"busy"`, `"closed"`, `"invalid"`,
---`"unsupported"`, `"protocol"` (not a message of bakeoff).
---@alias bakeoff.Code string

---The library's version, such as `"0.1.0"`.
---@type string
bake.version = ""

---Reads the monotonic clock that all measurements use. Workers of pools read the same clock.
---@return number seconds
function bake.now() end

-- # Scripts and their command line

---Declares the script's own command-line options and returns their values. The type of the default decides
---what an option accepts: a number (a whole one if the default is whole), a text, or a switch. `cache_size`
---becomes `--cache-size`; `--no-name` turns off a switch that is on by default; a negative number is written
---`--name=-5`. `bakeoff run my.lua --help` lists these options beside the command's own. Call this once,
---before the first experiment. Raises a usage error for an invalid declaration, an invalid command line, or a
---name that `bakeoff run` uses itself.
---@param declaration table<string, any> name → `{ default, "description" }`, or the default alone
---@return table<string, any> values the options' values by name; reading an undeclared name raises an error
function bake.options(declaration) end

---What the command line of `bakeoff run` sets for this run. A field is nil if its option was not given,
---unless its description says otherwise.
---@class bakeoff.Settings
---`--out`: the folder in which run folders are created. Default: `"out"`.
---@field out string
---`--repeats`: a number, or `"auto"`.
---@field repeats? integer|string
---`--warmup`.
---@field warmup? integer
---`--margin`, a share.
---@field margin? number
---`--workers`.
---@field workers? integer[]
---`--contenders`: names or labels.
---@field contenders? string[]
---`--seed`.
---@field seed? integer
---`--timeout`, in seconds.
---@field timeout? number
---`--rate`, in jobs per second.
---@field rate? number
---`--counters`: true.
---@field counters? boolean
---`--no-shake`: false.
---@field shake? boolean
---`--resume`: run only the trials that an interrupted run has left undone. Default: false.
---@field resume boolean

---Returns what the command line sets. Experiments apply these settings by themselves; this function is for
---scripts that need to know them, too.
---@return bakeoff.Settings settings a copy
function bake.settings() end

---Reports a usage error: ends the script with exit code 2 and prints one line on standard error, without a
---traceback. The line should name the argument and say what to write instead.
---@param message string the line; a format, as for `string.format`, when more values follow
---@param ... any
function bake.fail(message, ...) end

---Returns the path of the `bakeoff` command that belongs to this module, for scripts that run another script
---as a program. Returns `"bakeoff"` if the command is neither built nor installed beside the module.
---@return string path
function bake.command_path() end

-- # Helpers: texts, units, files

---Formats values as reports do: three significant digits, one unit, `"–"` for nil.
---@class bakeoff.Format
local format = {}

---A column of a table. A plain text stands for a left-aligned column with that heading.
---@class bakeoff.Column
---The column's heading.
---@field title string
---Align to the right, as numbers should be. Default: false.
---@field right? boolean

---@class bakeoff.TableOptions
---Make a Markdown table instead of one for a terminal. Default: false.
---@field markdown? boolean
---The terminal's width in columns; a wider table is split into several. Default: the width of the actual
---terminal; unlimited if the output goes elsewhere.
---@field width? integer
---How many of the first columns every part of a split table repeats. Default: 1.
---@field keys? integer

---Formats a number: `"1,240"`, `"0.125"`.
---@param value? number
---@return string text
function format.number(value) end

---Formats a duration: `"1.20 s"`, `"45.3 ms"`.
---@param seconds? number
---@return string text
function format.time(seconds) end

---Formats a size in binary units, as is usual for memory: `"53.1 MiB"`.
---@param bytes? number
---@return string text
function format.size(bytes) end

---Formats a median and its interval: `"1.20 s [1.18, 1.25]"`. Leaves the brackets out if there is no
---interval.
---@param summary? bakeoff.Figure
---@param kind "time"|"size"|"count"
---@return string text
function format.interval(summary, kind) end

---Formats a count with its noun: `"1 worker"`, `"4 workers"`.
---@param count number
---@param word string the noun in the singular
---@return string text
function format.plural(count, word) end

---Translates a verdict's code into words: `"no_difference"` becomes `"no difference shown"`.
---@param code string a code as found in `comparison.verdict`
---@param margin? number as found in `comparison.margin`, for `"same within 3 %"`
---@return string text
function format.verdict(code, margin) end

---Joins words into a list: `"a, b and c"`.
---@param words string[]
---@return string text
function format.list(words) end

---Returns `"; did you mean 'threads'?"`, to append to a message about an unknown name. Returns `""` if no
---known name is similar.
---@param name string
---@param list string[] the known names
---@return string text
function format.suggestion(name, list) end

---Formats rows of texts as an aligned table.
---@param columns (string|bakeoff.Column)[]
---@param rows any[][] one list of values per row
---@param options? bakeoff.TableOptions
---@return string text several lines, without a trailing line break
function format.table(columns, rows, options) end

---Escapes a text so that Markdown shows it unchanged.
---@param words string
---@return string text
function format.markdown(words) end

---Formats values as reports do, for scripts that print lines of their own.
---@type bakeoff.Format
bake.format = format

---Converts quantities, as people write them, to plain numbers in base units. A value that is not a quantity
---raises a usage error that names the argument.
---@class bakeoff.Units
local units = {}

---Converts a duration: `"120ms"` becomes 0.12.
---@param value bakeoff.Duration
---@param argument? string the argument's name for error messages, such as `"--latency"`
---@return number seconds
function units.seconds(value, argument) end

---Converts a size: `"16KB"` becomes 16000.
---@param value bakeoff.Size
---@param argument? string the argument's name for error messages
---@return integer bytes
function units.bytes(value, argument) end

---Converts a rate: `"30/min"` becomes 0.5.
---@param value bakeoff.Rate
---@param argument? string the argument's name for error messages
---@return number per_second
function units.per_second(value, argument) end

---Converts quantities to plain numbers.
---@type bakeoff.Units
bake.units = units

---Reads, writes and removes whole files and folders.
---@class bakeoff.Files
local files = {}

---Reads a whole file.
---@param path string
---@return string? content the file's content
---@return string? message what went wrong
function files.read(path) end

---Writes a file and replaces what it held before. If this fails, as on a full disk, the old file is unchanged. A
---link stays, and the file to which it leads is replaced.
---@param path string
---@param content string
---@return true? ok
---@return string? message
function files.write(path, content) end

---Creates a folder and its missing parents. An existing folder is not an error.
---@param path string
---@return true? ok
---@return string? message
---@return bakeoff.Code? code
function files.make_folder(path) end

---Removes a file, or a folder with everything in it. Links are not followed. A missing path is not an error.
---@param path string
---@return true? ok
---@return string? message
---@return bakeoff.Code? code
function files.remove(path) end

---Returns what kind of thing the path names; nil if nothing exists there.
---@param path string
---@return "file"|"folder"|"other"|nil kind
function files.kind(path) end

---Returns the absolute path, with links resolved, of an existing file or folder.
---@param path string
---@return string? absolute
---@return string? message
---@return bakeoff.Code? code
function files.absolute(path) end

---Reads, writes and removes whole files and folders.
---@type bakeoff.Files
bake.files = files

-- # Work for a CPU
-- CPU work written in C, for experiments that should not measure the Lua interpreter. Pools send these
-- functions to workers by name. Under one interpreter lock they give way to other threads regularly, as Lua
-- code does.

---@class bakeoff.Work
local work = {}

---Describes a tile of the Mandelbrot set.
---@class bakeoff.Mandelbrot
---The tile's centre in the complex plane: real part.
---@field x number
---The tile's centre: imaginary part.
---@field y number
---The tile's width in the complex plane, above 0.
---@field size number
---The tile's width in pixels.
---@field width integer
---The tile's height in pixels.
---@field height integer
---A point counts as inside the set if it has not escaped after this many iterations. Default: 256.
---@field limit? integer

---A tile of grey pixels to blur.
---@class bakeoff.Blur
---One byte per pixel, row by row.
---@field pixels string
---The tile's width in pixels.
---@field width integer
---The tile's height in pixels.
---@field height integer
---The radius of the box in pixels, from 0.
---@field radius integer
---How many times the box blur is applied; three times come close to a Gaussian blur. Default: 3.
---@field passes? integer

---Adds up 0 + 1 + … + n, one number at a time, modulo 2^64.
---@param n integer
---@return integer total
function work.sum(n) end

---Computes the SHA-256 digest of the data. Every further round hashes the digest again.
---@param data string
---@param rounds? integer default: 1
---@return string digest in hexadecimal digits
function work.sha256(data, rounds) end

---Draws a tile of the Mandelbrot set.
---@param tile bakeoff.Mandelbrot
---@return string pixels a byte each: 0 inside the set, otherwise 1 to 255 by the iterations it took to escape
function work.mandelbrot(tile) end

---Applies box blurs to a tile, one after the other.
---@param tile bakeoff.Blur
---@return string pixels
function work.blur(tile) end

---CPU work written in C.
---@type bakeoff.Work
bake.work = work

return bake
