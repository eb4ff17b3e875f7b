--- The result of a bench run as text: the table, on the terminal and in Markdown.

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

function sheet.limit(line)
   local limit = line.at_least or line.at_most
   if not limit then
      return ""
   end
   local shown = line.unit == "×" and ("%.2f"):format(limit) or (number(limit, line.unit))
   return (line.at_least and "≥ " or "≤ ") .. shown
end

--- Met, by the median; where the interval holds values on both sides of the limit, that is said. A line
-- without a limit is there to be read.
function sheet.verdict(line)
   local limit = line.at_least or line.at_most
   if not limit then
      return nil, ""
   end
   local sign = line.at_least and 1 or -1
   local met = sign * (line.value - limit) >= 0
   local open = line.low and (line.low - limit) * (line.high - limit) < 0
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

--- The whole page kept in the repository: no path, no host name.
function sheet.page(lines, facts)
   local machine = facts.environment
   return table.concat {
      "# The bench: last kept run\n\n",
      "Written by `tests/bench/run --keep`; what each line means: [README.md](README.md). Ratios are\n",
      "medians of ratios within blocks of one run on one machine; the interval is of that median.\n",
      "*interval open*: it holds values on both sides of what is wanted.\n\n",
      sheet.markdown(lines), "\n",
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
