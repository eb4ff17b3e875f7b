--- The width of texts, so that titles wrap and labels keep apart. gnuplot doesn't tell it; these are the
-- advance widths of DejaVu Sans (thousandths of its size), the widest font in our list, so that any other
-- fits as well.

local glyphs = require "bakeoff.plotting.glyphs"
local numbers = require "bakeoff.base.numbers"
local shorten = require "bakeoff.base.shorten"

local text = {}

-- Code points 32 to 126.
local REGULAR = {
   318, 401, 460, 838, 636, 950, 780, 275, 390, 390, 500, 838, 318, 361, 318, 337, 636, 636, 636, 636,
   636, 636, 636, 636, 636, 636, 337, 337, 838, 838, 838, 531, 1000, 684, 686, 698, 770, 632, 575,
   775, 752, 295, 295, 656, 557, 863, 748, 787, 603, 787, 695, 635, 611, 732, 684, 989, 685, 611, 685,
   390, 337, 390, 838, 500, 500, 613, 635, 550, 635, 615, 352, 635, 634, 278, 278, 579, 278, 974, 634,
   612, 635, 635, 411, 521, 392, 634, 592, 818, 592, 592, 525, 636, 337, 636, 838,
}
local BOLD = {
   348, 456, 521, 838, 696, 1002, 872, 306, 457, 457, 523, 838, 380, 415, 380, 365, 696, 696, 696,
   696, 696, 696, 696, 696, 696, 696, 400, 400, 838, 838, 838, 580, 1000, 774, 762, 734, 830, 683,
   683, 821, 837, 372, 372, 775, 637, 995, 837, 850, 733, 850, 770, 720, 682, 812, 774, 1103, 771,
   724, 725, 457, 365, 457, 838, 500, 500, 675, 716, 593, 716, 678, 435, 716, 712, 343, 343, 665, 343,
   1042, 712, 687, 716, 716, 493, 595, 478, 712, 652, 924, 645, 652, 582, 712, 365, 712, 838,
}
local OTHERS = { [0xb7] = 318, [0xb1] = 838, [0xd7] = 838, [0x2013] = 500, [0x2026] = 1000, [0x2265] = 838 }
local OTHER, WIDE = 660, 1050

local function advance(code, widths)
   return widths and widths[code - 31] or OTHERS[code] or (code >= 0x1100 and WIDE or OTHER)
end

-- Marks that turn the direction of the text after them, which isn't theirs: U+202A to 202E, 2066 to 2069.
local function without_turns(value)
   return (value:gsub("\xe2\x80[\xaa-\xae]", ""):gsub("\xe2\x81[\xa6-\xa9]", ""))
end

--- Text with control characters, broken UTF-8 and characters that no font has made harmless.
function text.clean(value)
   value = tostring(value):gsub("%c+", " ")
   if not value:find("[\x80-\xff]") then
      return value
   elseif not utf8.len(value) then
      return (value:gsub("[\x80-\xff]+", "?"))
   end
   return glyphs.drawable(without_turns((value:gsub("\u{2028}", " "):gsub("\u{2029}", " "))))
end

local MOST_KNOWN = 5000 -- texts whose widths are kept
local known, known_count = { [REGULAR] = {}, [BOLD] = {} }, 0 -- font → text → its width at size 1000

local function measured(value, widths)
   local sum = 0
   for _, code in utf8.codes(text.clean(value)) do
      sum = sum + advance(code, widths)
   end
   if known_count >= MOST_KNOWN then
      known[REGULAR], known[BOLD], known_count = {}, {}, 0
   end
   known[widths][value], known_count = sum, known_count + 1
   return sum
end

--- Width in pixels at a font size in pixels. The same texts are measured for many places, sizes and charts.
function text.width(value, size, bold)
   local widths = bold and BOLD or REGULAR
   return (known[widths][value] or measured(value, widths)) * size / 1000
end

-- What is kept of a cut text, without a number at its end that lost digits or its unit: it would be another.
local function without_part_of_number(kept, rest)
   local before, gap, part = kept:match("^(.*%d)(%s*)(%a*)$")
   if not before then
      return kept
   end
   local is_digits = gap == "" and part == "" and rest:find("^[.,]?%d")
   local unit = (gap .. part .. rest):match("^%s+([%a%%]+)")
   local is_unit = unit and #part < #unit and (unit == "%" or numbers.is_unit(unit))
   return (is_digits or is_unit) and before:gsub("[+-]?%d[%d.,]*$", "") or kept
end

--- The text, cut with "…" if it is wider than `room`; numbers are left out as a whole.
function text.cut(value, size, room, bold)
   value = text.clean(value)
   if text.width(value, size, bold) <= room then
      return value
   end
   local sum, kept, widths = advance(0x2026), 0, bold and BOLD or REGULAR
   for at, code in utf8.codes(value) do
      sum = sum + advance(code, widths)
      if sum * size / 1000 > room then
         break
      end
      kept = utf8.offset(value, 2, at) - 1
   end
   return without_part_of_number(value:sub(1, kept), value:sub(kept + 1)):gsub("[%s,]+$", "") .. "…"
end

-- Words; a unit stays with its number.
local function words_of(value)
   local words = {}
   for word in text.clean(value):gmatch("%S+") do
      local before = words[#words]
      local is_unit = word:find("^%%") or numbers.is_unit(word:match("^[^;:,.)]+"))
      if before and before:find("%d$") and is_unit then
         words[#words] = words[#words] .. " " .. word
      else
         words[#words + 1] = word
      end
   end
   return words
end

--- Lines no wider than `room`, broken at spaces; the last of `most` lines is cut if necessary.
function text.wrap(value, size, room, most, bold)
   local lines = {}
   for _, word in ipairs(words_of(value)) do
      local longer = lines[#lines] and lines[#lines] .. " " .. word
      local fits = longer and text.width(longer, size, bold) <= room
      if fits or longer and #lines == most then
         lines[#lines] = longer
      else
         lines[#lines + 1] = word
      end
      if longer and not fits and #lines == most and text.width(lines[most], size, bold) > room then
         break -- it will be cut: no more words would be seen
      end
   end
   for index, line in ipairs(lines) do
      lines[index] = text.cut(line, size, room, bold)
   end
   return lines
end

local SHORTEST = 0.25 -- of the room: a line that ends with its clause

local function is_cut(lines)
   for _, line in ipairs(lines) do
      if line:find("…$") then
         return true
      end
   end
   return false
end

-- Two lines, the second after a semicolon, if both fit and neither is much shorter than the other; else nil.
local function at_semicolon(value, size, room, bold)
   local first, second = text.clean(value):match("^([^;]*;)%s+(.*)$")
   local a, b = text.width(first or "", size, bold), text.width(second or "", size, bold)
   return first and a <= room and b <= room and math.min(a, b) >= SHORTEST * room and { first, second } or nil
end

--- The same number of lines of about equal length, so that no word stands alone on the last one; two lines
-- rather part where a clause ends.
function text.balance(value, size, room, count, bold)
   local parted = count == 2 and at_semicolon(value, size, room, bold)
   if parted then
      return parted
   end
   local best = text.wrap(value, size, room, count, bold)
   local narrow = room
   while #best > 1 and not is_cut(best) and narrow > room / count do
      narrow = narrow * 0.96
      local lines = text.wrap(value, size, narrow, count + 1, bold)
      if #lines > count or is_cut(lines) then
         break
      end
      best = lines
   end
   return best
end

local LONGEST_SPLIT = 512 -- bytes: the pattern's time grows with the square, and longer names are cut anyway

local TWO_LINES = 1.7 -- widths of a line that two lines surely hold, wherever the first one ends

local function measure(size)
   return function(words) return text.width(words, size) end
end

--- A name no wider than `room` pixels: cut in its middle, if it is too long.
function text.cut_name(name, size, room) return shorten.middle(text.clean(name), room, measure(size)) end

local cuts = setmetatable({}, { __mode = "k" }) -- names → size and room → name → what is shown

-- The same for one of several names, which then still differ.
local function cut_among(name, names, size, room)
   local known_cuts, key = cuts[names] or {}, ("%g %g"):format(size, room)
   if not known_cuts[key] then
      local clean = {}
      for index, one in ipairs(names) do
         clean[index] = text.clean(one)
      end
      known_cuts[key] = shorten.apart(clean, room, measure(size))
   end
   cuts[names] = known_cuts
   return known_cuts[key][text.clean(name)]
end

-- As name_lines, but perhaps cut at the end of the lines.
local function split(name, size, room, most)
   if text.width(name, size) <= room then
      return { text.clean(name) }
   end
   local clean, first, second = text.clean(name), nil, nil
   if #clean <= LONGEST_SPLIT then
      first, second = clean:match("^(.-)%s+(%b())$")
   end
   if first and text.width(first, size) <= room and text.width(second, size) <= room then
      return { first, second }
   end
   return text.balance(name, size, most, 2)
end

--- A name on one line if it fits in `room`, otherwise on two no wider than `most`, split before a parenthesis
-- if that helps; cut in its middle only if it doesn't fit on two lines. names: those that it must differ from
-- then, itself among them.
function text.name_lines(name, size, room, most, names)
   local lines = split(name, size, room, most)
   if not is_cut(lines) then
      return lines
   end
   local shorter = cut_among(name, names, size, most * TWO_LINES)
   lines = text.balance(shorter, size, most, 2)
   return table.concat(lines, " ") == shorter and lines or { cut_among(name, names, size, most) }
end

--- The same on one line.
function text.name_line(name, size, room, names)
   return text.width(name, size) <= room and text.clean(name) or cut_among(name, names, size, room)
end

return text
