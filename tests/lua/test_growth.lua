--- Nothing that reads a text from outside may take the square of its length: a word of 100,000 characters
-- once took five minutes. Every entry point is fed with texts of many kinds, each of n, 2n and 4n bytes, and
-- its cost is counted (support_growth.lua): no clock, so the exponents are the same on every machine.
local here = arg[0]:match("^(.*)/[^/]*$") or "."
package.path = here .. "/?.lua;" .. package.path
local lu = require "luaunit"
local growth = require "support_growth"

local columns = require "bakeoff.base.columns"
local checks = require "bakeoff.base.checks"
local claim = require "bakeoff.gate.claim"
local command_label = require "bakeoff.exec.label"
local csv = require "bakeoff.base.csv"
local foreign = require "bakeoff.compare.foreign"
local highlight = require "bakeoff.notebook.html.highlight"
local inline = require "bakeoff.report.inline"
local json = require "bakeoff.base.json"
local lists = require "bakeoff.base.lists"
local marker = require "bakeoff.notebook.marker"
local markdown = require "bakeoff.notebook.html.markdown"
local parameters = require "bakeoff.model.parameters"
local parser = require "bakeoff.gate.parser"
local percent = require "bakeoff.notebook.percent"
local placeholders = require "bakeoff.contenders.command.placeholders"
local plotting_text = require "bakeoff.plotting.text"
local quotes = require "bakeoff.notebook.quotes"
local redact = require "bakeoff.experiment.redact"
local request = require "bakeoff.net.request"
local rows = require "bakeoff.runs.rows"
local scan = require "bakeoff.exec.scan"
local secrets = require "bakeoff.base.secrets"
local shell_words = require "bakeoff.base.shell_words"
local text = require "bakeoff.base.text"
local text_table = require "bakeoff.base.text_table"
local tokens = require "bakeoff.notebook.tokens"
local units = require "bakeoff.base.units"
local urls = require "bakeoff.net.urls"
local wording_labels = require "bakeoff.analysis.wording.labels"

-- --- the counting itself ----------------------------------------------------------------------------

TestPatterns = {}

local PATTERNS = { "^%s*(.-)%s*$", "(%w+)=(%w*)", "[^,]*", "%b()", "%f[%w]%w+", "()a()", "(a*)(.-)b",
   "^(.-)%s*,%s*(%d+)$", "[%]%-x]+", "[^%s]-$", "a?b?c", ".", "%%(%a)", "([%a_])%1", "$", "^", "%s+$",
   "(%a)(%d?)", "%.%.", "[a-c]+-?", "-", "%d+%.?%d*" }
local TEXTS = { "", "a", "ab  c ", "  x = y, 12", "f(a(b)c) d)", "aa bb cc", "x]-x]", "%a %d %%",
   "1..2,3.5", "abcabcab", "\n\ta\n", "a-b--c", "é=1" }

-- What is measured must be what the program does.
function TestPatterns.test_patterns_match_here_as_in_c()
   for _, pattern in ipairs(PATTERNS) do
      for _, subject in ipairs(TEXTS) do
         local what = ("%q in %q"):format(pattern, subject)
         lu.assertEquals({ growth.find(subject, pattern) }, { subject:find(pattern) }, what)
         lu.assertEquals({ growth.match(subject, pattern, 2) }, { subject:match(pattern, 2) }, what)
         lu.assertEquals({ growth.gsub(subject, pattern, "<%0>") }, { subject:gsub(pattern, "<%0>") }, what)
         local mine, real = {}, {}
         if pattern:sub(1, 1) ~= "^" then
            for one, two in growth.gmatch(subject, pattern) do
               mine[#mine + 1] = { one, two }
            end
            for one, two in subject:gmatch(pattern) do
               real[#real + 1] = { one, two }
            end
         end
         lu.assertEquals(mine, real, what)
      end
   end
end

TestCounting = {}

local function repeated(unit)
   return function(n) return unit:rep(math.max(n // #unit, 1)) end
end

-- Each has a known exponent.
function TestCounting.test_known_growth_is_found()
   local function of(call) return (growth.exponent(repeated "a ", call, 800)) end
   local linear = of(function(given) return given:gsub("a", "b"):upper() end)
   local pieces = of(function(given)
      local all = ""
      for piece in given:gmatch "." do
         all = all .. piece
      end
      return all
   end)
   local backtracking = of(function(given) return given:gsub(" +$", ""):find "a.-b" end)
   local shifted = of(function(given)
      local list = {}
      for piece in given:gmatch "." do
         table.insert(list, 1, piece)
      end
   end)
   lu.assertAlmostEquals(linear, 1, 0.1)
   for _, square in ipairs { pieces, backtracking, shifted } do
      lu.assertAlmostEquals(square, 2, 0.15)
   end
   local nothing = of(function() error "refused at once" end)
   lu.assertTrue(nothing <= 0.1, nothing)
end

-- --- entry points -------------------------------------------------------------------------------------

local function file_of(given)
   local path = os.tmpname()
   local file <close> = assert(io.open(path, "wb"))
   file:write(given)
   return path
end

-- Calls a function with the path of a file that contains the input.
local function with_file(call)
   return function(given)
      local path = file_of(given)
      pcall(call, path)
      os.remove(path)
   end
end

local ENTRIES = {
   { "command line: label", function(given) command_label.of { "/bin/program", given } end },
   { "command line: words", function(given) command_label.unique { given, given, given } end },
   { "command line: did you mean", function(given)
      text.suggestion(given, { "--contenders", "--repeats" })
   end },
   { "shell words: split", shell_words.split },
   { "shell words: quote", function(given) shell_words.join { given, "a", given } end },
   { "label: accepted?", checks.label_fault },
   { "label: plain", command_label.plain },
   { "label: parameters", parameters.in_label },
   { "label: in tables", function(given) text_table.markdown_label(given) end },
   { "label: in a table's cell", function(given)
      text_table.terminal({ { title = "a" }, { title = "b" } }, { { given, given } }, { width = 80 })
   end },
   { "label: wrapped", function(given) columns.wrap(given, 60) end },
   { "label: on charts", function(given) plotting_text.clean(given) end },
   { "label: cut on charts", function(given) plotting_text.cut(given, 10, 200) end },
   { "label: wrapped on charts", function(given) plotting_text.wrap(given, 10, 200, 4) end },
   { "URL", urls.fault },
   { "URL list", with_file(urls.read) },
   { "headers: list", function(given) request.check({ headers = { given } }, "request") end },
   { "headers: table", function(given) request.check({ headers = { [given] = given } }, "request") end },
   { "gate", parser.parse },
   { "gate: sum", function(given) parser.parse("total_s" .. given .. " < 1") end },
   { "gate: label", function(given) parser.parse("total(" .. given .. ") < 1s") end },
   { "claim", function(given) claim.parse { given } end },
   { "scan", scan.parse },
   { "scan: values", function(given) scan.parse("n=" .. given) end },
   { "scan: names", function(given) scan.names_in { given } end },
   { "scan: fill", function(given) scan.fill(given, { { "a", "1" } }) end },
   { "list", function(given) lists.words(given, "write a list") end },
   { "checks: list", function(given) checks.list(given, "a,b") end },
   { "placeholders: check", function(given) placeholders.check(given, "command", {}) end },
   { "placeholders: expand", function(given) placeholders.expand(given, { a = "1", workers = "4" }) end },
   { "JSON row", function(given) rows.trial(given, "trials.jsonl", 1, true) end },
   { "JSON row: a text", function(given)
      local row = { contender = "a", label = "a", workers = 1, ["repeat"] = 1, status = "ok", reason = given }
      rows.trial(json.encode(row), "trials.jsonl", 1, true)
   end },
   { "JSON: encode", function(given) json.encode { given, [given] = given } end },
   { "JSON of others", with_file(foreign.read) },
   { "CSV: fields", csv.fields },
   { "CSV: field", csv.field },
   { "notebook: cells", percent.read },
   { "notebook: write", function(given) percent.write(percent.read(given)) end },
   { "notebook: marker", marker.read },
   { "notebook: marker's parts", marker.parts },
   { "notebook: Markdown", function(given)
      markdown.html(given, { folder = "/nowhere", ids = {}, contents = {} })
   end },
   { "notebook: values in text", quotes.split },
   { "notebook: tokens", tokens.of },
   { "notebook: highlighting", highlight.lua },
   { "redactor: text", function(given) secrets.text(given, secrets.collection()) end },
   { "redactor: words", function(given)
      secrets.words({ "--token", given, given }, secrets.collection())
   end },
   { "redactor: URL", function(given) secrets.urls(given, secrets.collection()) end },
   { "redactor: many words", function(given)
      local words = {}
      for word in given:gmatch "." do
         words[#words + 1] = word
      end
      secrets.words(words, secrets.collection())
   end },
   { "redactor: row", function(given)
      redact.row({ reason = given, label = given }, { "secret1", "secret2" })
   end },
   { "redactor: known values", function(given)
      secrets.without(given, { given:sub(1, 3), "token=x", "never" })
   end },
   { "redactor: in a folder", function(given) redact.text(given, "/home/somebody/folder") end },
   { "output: printable", text.printable },
   { "output: brief", function(given) text.brief(given, 200) end },
   { "output: last line", text.last_line },
   { "output: escaped", inline.escape },
   { "output: escaped lines", inline.escape_lines },
   { "units: time", function(given) units.seconds(given, "a") end },
   { "units: size", function(given) units.bytes(given, "a") end },
   { "units: share", function(given) units.share(given, "a") end },
   { "wording: labels", function(given)
      for _, call in pairs(wording_labels) do
         pcall(call, { given, given }, given)
      end
   end },
}

-- Pieces that are repeated: what is special to one of the readers, alone or as it is usually written.
local UNITS = { "a", " ", "a ", "=", "--a=b ", "token=x ", "-", "(", "{", "{a}", "$a", "'", "''", '"', "\\",
   "[", "](", "`", "*", "&amp;", "|", "\n", "a\n", "\r\n", "\27[1m", "\xff", "\u{e9}", ",", "a,", "1..2,",
   ".", ":", "//", "http://a/\n", "@", "?a=", "&token=x", "%", "# a\n", "> ", "-- %%\n", "--[[\n",
   "+ 1 ", '{"a":',
   '"a":"b",', "bearer x ", "x-key: v ", "a  " }

-- Where they stand: alone, and between texts that are unlike them, where they can't end.
local FRAMES = { { "", "" }, { "a=", "x" } }

local function framed(unit, frame)
   return function(n) return frame[1] .. unit:rep(math.max(n // #unit, 1)) .. frame[2] end
end

-- Entry points that may grow faster, with the reason: name → { most = exponent, why }.
local MOST = 1.4 -- tables that double make 1.3 of what is linear; the square would be 2
local EXCEPTIONS = {
   ["label: in a table's cell"] = { most = 2.1, why = "each line of a folded name is padded"
   .. " to the widest word beside it; labels have at most 1,000 bytes" } }

local function limit_of(name) return EXCEPTIONS[name] and EXCEPTIONS[name].most or MOST end

local FIRST, SURE = 64, 512 -- bytes

TestGrowth = {}

-- The first kind of text on which an entry point grows too fast, in words; nil if there is none. A look at
-- short texts comes first, since most are harmless.
local function fault_of(name, call)
   for _, unit in ipairs(UNITS) do
      for _, frame in ipairs(FRAMES) do
         local make = framed(unit, frame)
         if growth.exponent(make, call, FIRST) > limit_of(name) then
            local exponent, what = growth.exponent(make, call, SURE)
            if exponent > limit_of(name) then
               return ("%s: %s grow with exponent %.2f on %q"):format(name, what, exponent,
                  frame[1] .. unit .. unit .. "…" .. frame[2])
            end
         end
      end
   end
end

function TestGrowth.test_no_entry_point_grows_faster_than_its_input()
   local found = {}
   for _, entry in ipairs(ENTRIES) do
      pcall(entry[2], "a=1") -- loads what is loaded once
      found[#found + 1] = fault_of(entry[1], entry[2])
   end
   lu.assertEquals(table.concat(found, "\n"), "")
end

os.exit(lu.LuaUnit.run(), true)
