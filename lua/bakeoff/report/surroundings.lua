--- The report's account of where and how a run was made: the machine, the server, the command, and the files
-- that hold its rows.

local environments = require "bakeoff.probe.environment"
local inline = require "bakeoff.report.inline"
local numbers = require "bakeoff.base.numbers"
local text = require "bakeoff.base.text"
local shell_words = require "bakeoff.base.shell_words"

local surroundings = {}

local KINDS = { { "_bytes$", "size" }, { "_s$", "time" } }

local flat

-- "total 23.5 GiB" for total_bytes; other names and values stay as they are.
local function named(key, value)
   for _, kind in ipairs(KINDS) do
      if type(value) == "number" and key:find(kind[1]) then
         return key:gsub(kind[1], ""):gsub("_", " ") .. " " .. numbers.format(value, kind[2])
      end
   end
   return key:gsub("_", " ") .. " " .. flat(value)
end

function flat(value)
   if math.type(value) == "float" and math.tointeger(value) then
      return ("%d"):format(value)
   elseif type(value) ~= "table" then
      return tostring(value)
   end
   local parts = {}
   for index, item in ipairs(value) do
      parts[index] = flat(item)
   end
   for _, key in ipairs(text.sorted_keys(value)) do
      parts[#parts + 1] = value[key] ~= nil and named(key, value[key]) or nil
   end
   return table.concat(parts, ", ")
end

--- { { name, text }, … }: the environment as the manifest has it.
function surroundings.facts(manifest)
   local environment = type(manifest.environment) == "table" and manifest.environment or {}
   local facts = {}
   for index, key in ipairs(text.sorted_keys(environment)) do
      facts[index] = { key, flat(environment[key] or "") }
   end
   if manifest.server then
      facts[#facts + 1] = { "server", flat(manifest.server) }
   end
   if manifest.untrusted then
      facts[#facts + 1] = { "confined", "a script of others, run with --untrusted" }
   end
   if manifest.started then
      facts[#facts + 1] = { "started", manifest.started }
      facts[#facts + 1] = { "finished", manifest.finished or "–" }
   end
   return facts
end

-- The recorded command line without what made sense only once: with --resume, nothing is left to measure, and
-- the ID of a watched process may belong to another one by now. Words after "--" are the measured program's.
local function words_to_repeat(manifest)
   local words, pid, is_option = {}, manifest.pid and ("%d"):format(manifest.pid), true
   for _, word in ipairs(manifest.command or {}) do
      is_option = is_option and word ~= "--"
      if not (is_option and (word == "--resume" or word == "--failed")) then
         words[#words + 1] = pid and word == pid and "PID" or word
      end
   end
   return words
end

--- Blocks on the machine: what about it makes equal work take unequal times, then the facts.
function surroundings.blocks(manifest)
   local blocks, sentences = {}, {}
   for index, warning in ipairs(environments.clock_warnings(manifest.environment)) do
      sentences[index] = text.capital(warning) .. "."
   end
   blocks[1] = sentences[1] and { kind = "text", text = table.concat(sentences, " ") } or nil
   blocks[#blocks + 1] = { kind = "facts", pairs = surroundings.facts(manifest) }
   return blocks
end

--- The command line that measures the same again, in a form that a shell can read; nil if none is recorded.
function surroundings.command(manifest)
   local list = words_to_repeat(manifest)
   return #list > 0 and shell_words.join(list) or nil
end

--- What the manifest hides, in a sentence; nil if it hides nothing.
function surroundings.redacted(manifest)
   return manifest.redacted and ("Hidden in the record, because the names are those of secrets: %s."):format(
      table.concat(manifest.redacted, ", ")) or nil
end

local ROWS = inline.ours("Rows: `trials.jsonl` (one object per trial), `jobs.csv` (one line per job),"
   .. " `memory.csv` (memory over time), `manifest.json` (what ran, and where); `summary.json` has the"
   .. " table's numbers.")

--- Blocks on how to run it again, how to draw it again, and where the rows are.
function surroundings.again(results, drawn)
   local command, blocks = surroundings.command(results.manifest), {}
   blocks[1] = command and { kind = "code", text = command } or nil
   local items = { ROWS }
   items[2] = surroundings.redacted(results.manifest)
   if drawn[1] then
      items[#items + 1] = inline.ours(("To redraw the charts from the rows: `bakeoff plot` with this folder,"
         .. " or `gnuplot %s.gp` in `charts/`."):format(drawn[1].name))
   end
   items[#items + 1] = inline.ours("To rewrite this report, and to export its figures (CSV, JSON, Markdown,"
      .. " hyperfine's JSON), from the rows: `bakeoff report` with this folder.")
   if command and results.manifest.form ~= "attach" then
      items[#items + 1] = inline.ours("To finish an interrupted run: repeat the command with `--resume`.")
   end
   blocks[#blocks + 1] = { kind = "list", items = items }
   return blocks
end

return surroundings
