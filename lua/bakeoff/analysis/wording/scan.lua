--- Scanned parameters: the title of `scan`, the names of its points and lines.

local ranking = require "bakeoff.analysis.wording.ranking"
local labels = require "bakeoff.analysis.wording.labels"

local scan = {}

--- Under the title of a heat map: what its frames mean.
scan.FRAMES = {
   none = "no frames: no cell is shown to be slower than another",
   one = "frame: the fastest",
   leader = "thick frame: the fastest; thin frames: not shown to be slower",
   tied = "frames: the fastest, not shown to differ",
}

--- "n=4, m=x"; of a parameter without a name (a label that is a number) only the value. names: of the
-- parameters; texts: name → value.
function scan.values(names, texts)
   local parts = {}
   for _, name in ipairs(names) do
      local value = texts[name]
      parts[#parts + 1] = value and (name == "" and value or name .. "=" .. value)
   end
   return table.concat(parts, ", ")
end

--- "n=1 to 6", "n=1, size=10 to n=4, size=40": neighbouring values. names: of one parameter, or of those that
-- advance together; first, last: name → value.
function scan.range(names, first, last)
   return ("%s to %s"):format(scan.values(names, first),
      #names == 1 and last[names[1]] or scan.values(names, last))
end

--- "threads, size"
function scan.names(names) return table.concat(names, ", ") end

--- The title of an axis with the values of a parameter. usual: if it has no name.
function scan.axis(name, usual) return name ~= "" and name or usual end

-- How many bytes all texts have in common at their start.
local function common_length(texts)
   local first, length = texts[1], #texts[1]
   for _, other in ipairs(texts) do
      while other:sub(1, length) ~= first:sub(1, length) do
         length = length - 1
      end
   end
   return length
end

-- What all texts begin with, without a character or number that is only half in it.
local function common_start(texts)
   local start = texts[1]:sub(1, common_length(texts))
   while not utf8.len(start) do
      start = start:sub(1, -2)
   end
   return (start:gsub("[%d.]+$", ""):gsub("%f[%w]%d[%w.]*$", ""))
end

-- What all texts end with, from the given byte on, without a word that is only half in it.
local function common_end(texts, from)
   local ends = {}
   for index, one in ipairs(texts) do
      ends[index] = one:sub(from):reverse()
   end
   local rest = ends[1]:sub(1, common_length(ends)):reverse()
   return (rest:gsub("^[%w.+\x80-\xff-]+", ""))
end

--- The name of a line, from the labels of its points: "xz -T {n} -k" of "xz -T 1 -k" and "xz -T 2 -k"; "xz"
-- of "xz (n=1)" and "xz (n=2)". usual: its name if the labels share no word.
function scan.line(texts, name, usual)
   if #texts == 1 or name == "" then
      return name == "" and usual or texts[1]
   end
   local start = common_start(texts)
   local rest = common_end(texts, #start + 1)
   if start:sub(-#name - 1) == name .. "=" then -- said by the axis
      start = start:sub(1, -#name - 2)
      rest = rest:gsub("^[%s,;]+", "")
   else
      start = start .. "{" .. name .. "}"
   end
   local words = (start .. rest):gsub("%s*%(%s*%)", ""):gsub("[%s,;]+%)", ")"):gsub("^%s+", "")
      :gsub("[%s,;]+$", "")
   return words:gsub("{[%w_, ]*}", ""):find("%w") and words or usual
end

--- One sentence. found: from finding.ranking, whose cells are named by their values; cells: all of them.
function scan.sentence(found, metric, cells)
   found.noun = labels.VALUES
   return ranking.sentence(found, metric, cells)
end

return scan
