---@meta bakeoff

-- Annotations of every public name, for editors (LuaLS) and for lua/REFERENCE.md, which scripts/reference
-- writes from them. Nothing here runs. Text above a field or function says what it is, its unit, its default
-- and its errors; fields marked private belong to the library itself. The other files of this folder hold the
-- parts.

-- # The module
-- `local bake = require "bakeoff"`. Parts are loaded when they are first used. Misuse raises an error that
-- names the argument and the remedy; what the world does wrong is returned as `nil, message, code`.

---`pairs(bake)` goes through all names, sorted.
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

---What kind of failure it was, for programs. Of transfers: `"timeout"`, `"connect"`, `"transfer"` (it broke),
---`"http"` (status 400 and more), `"too_large"`, `"scheme"` (neither http nor https). Of tasks: `"task"` (an
---error in it), `"lost"` (its worker died), `"cancelled"`, `"timeout"`, `"broken"` (the pool can't go on),
---`"too_large"`, `"deadlock"`. Of others: `"system"` (a system call failed), `"memory"`, `"save"`, `"gone"`
---(no such process), `"busy"`, `"closed"`, `"invalid"`, `"protocol"`, `"unsupported"`.
---@alias bakeoff.Code string

---The library's version, such as `"0.1.0"`.
---@type string
bake.version = ""

---The monotonic clock that all measuring uses, in seconds; workers of pools read the same one.
---@return number seconds
function bake.now() end

-- # Scripts and their command line

---What is accepted on the command line, from the default's type: a number (whole if the default is whole), a
---text, or a switch. `cache_size` is written `--cache-size`; a switch that is on by default is turned off by
---`--no-name`; a negative number is written `--name=-5`. `bakeoff run my.lua --help` shows these options
---beside the command's own. Declare them once, before the first experiment. Raises a usage error for a bad
---declaration, a bad command line, or a name that `bakeoff run` has itself.
---@param declaration table<string, any> name → `{ default, "description" }`, or the default alone
---@return table<string, any> values of the options by name; reading another name raises
function bake.options(declaration) end

---What the command line of `bakeoff run` says about this run.
---@class bakeoff.Settings
---The folder that run folders go to; `"out"` where nothing is given.
---@field out string
---`--repeats`: a number, or `"auto"`.
---@field repeats? integer|string
---`--warmup`.
---@field warmup? integer
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
---`--resume`: run only what an interrupted run left out.
---@field resume boolean

---For scripts that must know themselves what an experiment takes from the command line.
---@return bakeoff.Settings settings a copy
function bake.settings() end

---Ends the script with one line on standard error, without a traceback, and exit code 2: for usage errors.
---The line should name the argument and what to write instead.
---@param message string a format, as for `string.format`, when more values follow
---@param ... any
function bake.fail(message, ...) end

---The path of the command `bakeoff` that belongs to this module, for a script that runs another script as a
---program; `"bakeoff"` where it is neither built nor installed beside it.
---@return string path
function bake.command_path() end

-- # Helpers: texts, units, files

---Values as the reports write them: three significant digits, one unit, `"–"` for nil.
---@class bakeoff.Format
local format = {}

---A column of a table; a text alone is its title.
---@class bakeoff.Column
---The heading.
---@field title string
---Aligned to the right; for numbers. Default: false.
---@field right? boolean

---@class bakeoff.TableOptions
---A Markdown table instead of one for a terminal. Default: false.
---@field markdown? boolean
---Columns of the terminal: a wider table is cut into several. Default: as the terminal is, unlimited
---elsewhere.
---@field width? integer
---How many of the first columns each of the several tables repeats. Default: 1.
---@field keys? integer

---`"1,240"`, `"0.125"`.
---@param value? number
---@return string text
function format.number(value) end

---`"1.20 s"`, `"45.3 ms"`.
---@param seconds? number
---@return string text
function format.time(seconds) end

---`"53.1 MiB"`: binary units, as memory is counted.
---@param bytes? number
---@return string text
function format.size(bytes) end

---`"1.20 s [1.18, 1.25]"`; without brackets where there is no interval.
---@param summary? bakeoff.Figure
---@param kind "time"|"size"|"count"
---@return string text
function format.interval(summary, kind) end

---`"1 worker"`, `"4 workers"`.
---@param count number
---@param word string in the singular
---@return string text
function format.plural(count, word) end

---A verdict's code in words: `"no difference shown"` of `"no_difference"`.
---@param code string as `comparison.verdict` has it
---@return string text
function format.verdict(code) end

---`"a, b and c"`.
---@param words string[]
---@return string text
function format.list(words) end

---`"; did you mean 'threads'?"`, to put after a message about an unknown name; `""` when none is near.
---@param name string
---@param list string[] the known names
---@return string text
function format.suggestion(name, list) end

---Rows of texts as an aligned table.
---@param columns (string|bakeoff.Column)[]
---@param rows any[][] one list of values per row
---@param options? bakeoff.TableOptions
---@return string text several lines, without a line break at the end
function format.table(columns, rows, options) end

---A text that Markdown shows as it is.
---@param words string
---@return string text
function format.markdown(words) end

---Values in words, for scripts that print lines of their own.
---@type bakeoff.Format
bake.format = format

---Quantities as people write them, to plain numbers in base units. What is no quantity raises a usage error
---that names the argument.
---@class bakeoff.Units
local units = {}

---`"120ms"` → 0.12.
---@param value bakeoff.Duration
---@param argument? string for messages, such as `"--latency"`
---@return number seconds
function units.seconds(value, argument) end

---`"16KB"` → 16000.
---@param value bakeoff.Size
---@param argument? string for messages
---@return integer bytes
function units.bytes(value, argument) end

---`"30/min"` → 0.5.
---@param value bakeoff.Rate
---@param argument? string for messages
---@return number per_second
function units.per_second(value, argument) end

---Quantities to plain numbers.
---@type bakeoff.Units
bake.units = units

---Whole files and folders.
---@class bakeoff.Files
local files = {}

---A whole file.
---@param path string
---@return string? content of the file
---@return string? message what went wrong
function files.read(path) end

---Replaces the file's content. The message also tells of a full disk.
---@param path string
---@param content string
---@return true? ok
---@return string? message
function files.write(path, content) end

---Makes a folder and those above it; one that is there is fine.
---@param path string
---@return true? ok
---@return string? message
---@return bakeoff.Code? code
function files.make_folder(path) end

---Removes a file, or a folder with all it holds; links are not followed, and nothing there is fine.
---@param path string
---@return true? ok
---@return string? message
---@return bakeoff.Code? code
function files.remove(path) end

---What is there; nil where there is nothing.
---@param path string
---@return "file"|"folder"|"other"|nil kind
function files.kind(path) end

---The path from the root, without links, of what exists.
---@param path string
---@return string? absolute
---@return string? message
---@return bakeoff.Code? code
function files.absolute(path) end

---Whole files and folders.
---@type bakeoff.Files
bake.files = files

-- # Work for a CPU
-- Work in C, so that the interpreter is not what is measured. The functions travel to workers by name. Under
-- one interpreter lock they let others in between slices, as Lua code does.

---@class bakeoff.Work
local work = {}

---A tile of the Mandelbrot set.
---@class bakeoff.Mandelbrot
---The centre in the plane, real part.
---@field x number
---The centre, imaginary part.
---@field y number
---The tile's width in the plane, above 0.
---@field size number
---In pixels.
---@field width integer
---In pixels.
---@field height integer
---Iterations after which a point counts as inside. Default: 256.
---@field limit? integer

---A tile of grey pixels.
---@class bakeoff.Blur
---A byte each, row by row.
---@field pixels string
---In pixels.
---@field width integer
---In pixels.
---@field height integer
---Of the box, in pixels, from 0.
---@field radius integer
---How often; three boxes are close to a Gaussian. Default: 3.
---@field passes? integer

---0 + 1 + … + n, number by number, modulo 2^64.
---@param n integer
---@return integer total
function work.sum(n) end

---Further rounds hash the digest again.
---@param data string
---@param rounds? integer default: 1
---@return string digest in hexadecimal digits
function work.sha256(data, rounds) end

---Draws a tile.
---@param tile bakeoff.Mandelbrot
---@return string pixels a byte each: 0 inside, 1 to 255 by the iterations it took to escape
function work.mandelbrot(tile) end

---Box blurs one after the other.
---@param tile bakeoff.Blur
---@return string pixels
function work.blur(tile) end

---Work for a CPU, in C.
---@type bakeoff.Work
bake.work = work

return bake
