--- The result of a benchmark run as text: the table for the terminal and in Markdown.

local sheet = {}

local function number(value, unit)
   if unit == "/s" then
      return ("%.0f/s"):format(value):reverse():gsub("(%d%d%d)", "%1,"):reverse():gsub("^,", "")
   end
   return ("%.3g"):format(value) .. unit
end

local function ratio_or_number(value, unit)
   return unit == "×" and ("%.3f"):format(value) or (number(value, unit))
end

--- The limit of a line's value, as text: at_least, at_most, or within a distance of 0.
function sheet.limit(line)
   local limit = line.at_least or line.at_most or line.within
   if not limit then
      return ""
   end
   local shown = line.unit == "×" and ("%.2f"):format(limit) or (number(limit, line.unit))
   return (line.at_least and "≥ " or line.at_most and "≤ " or "± ") .. shown
end

local function is_met(line, value)
   if line.within then
      return math.abs(value) <= line.within
   elseif line.at_least then
      return value >= line.at_least
   end
   return value <= line.at_most
end

--- Whether the median meets the limit; says so if the interval has values on both sides of the limit. A line
-- without a limit is only shown.
function sheet.verdict(line)
   if not (line.at_least or line.at_most or line.within) then
      return nil, ""
   end
   local met = is_met(line, line.value)
   local open = line.low and not (is_met(line, line.low) == met and is_met(line, line.high) == met)
   return met, (met and "met" or "missed") .. (open and ", interval open" or "")
end

local function interval(line)
   if not line.low then
      return "–"
   end
   return ("%s–%s"):format(ratio_or_number(line.low, line.unit), ratio_or_number(line.high, line.unit))
end

--- The table in Markdown.
function sheet.markdown(lines)
   local out = { "| what | measured | 95 % interval | wanted | | |", "|---|--:|--:|--:|---|---|" }
   for _, line in ipairs(lines) do
      local _, verdict = sheet.verdict(line)
      out[#out + 1] = ("| %s | %s | %s | %s | %s | %s |"):format(line.what,
         ratio_or_number(line.value, line.unit),
         interval(line), sheet.limit(line), verdict, line.detail)
   end
   return table.concat(out, "\n") .. "\n"
end

--- One line for the terminal.
function sheet.text(line)
   local _, verdict = sheet.verdict(line)
   return ("%-58s %10s  %-16s %-10s %s\n%58s %s\n"):format(line.what, ratio_or_number(line.value, line.unit),
      interval(line), sheet.limit(line), verdict, "", line.detail)
end

local function versions(known)
   local words = {}
   for _, name in ipairs { "libcurl", "libuv", "lua" } do
      words[#words + 1] = known[name] and ("%s %s"):format(name, known[name])
   end
   return table.concat(words, ", ")
end

local function tables_of(facts)
   local parts = {}
   for _, one in ipairs(facts.tables) do
      parts[#parts + 1] = ("## %s\n\n%s\n\n"):format(one.target, one.markdown)
   end
   return table.concat(parts)
end

--- The whole page that is kept in the repository, without paths and host names.
function sheet.page(facts)
   local machine = facts.environment
   return table.concat {
      "# The bench: last kept run\n\n",
      "Written by `tests/bench/run --keep`; what each line means: [README.md](README.md). Ratios are\n",
      "medians of ratios within blocks of one run on one machine; the interval is of that median.\n",
      "*interval open*: it holds values on both sides of what is wanted.\n\n",
      sheet.markdown(facts.lines), "\n", tables_of(facts),
      ("%s · %s, %s cores%s · %s · %s\n\n"):format(facts.date, machine.cpu.model or "unknown processor",
         machine.cpu.cores_online, machine.virtualisation and ", virtual machine" or "",
         (machine.kernel or ""):match "^%a+ %d+%.%d+" or "?", machine.distribution or "?"),
      ("bakeoff %s%s; %s\n\n"):format(facts.version, facts.commit and (" (" .. facts.commit .. ")") or "",
         versions(machine.versions or {})),
      ("%d blocks, %d requests per run, seed %d; load average before %s, after %s.\n"):format(facts.blocks,
         facts.requests, facts.seed, facts.load_before, facts.load_after),
   }
end

return sheet
