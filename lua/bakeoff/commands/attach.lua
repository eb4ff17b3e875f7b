--- `bakeoff attach PID …`: samples running process trees, or the members of a cgroup, until they end or
-- Ctrl-C is pressed, and draws the samples.

local arguments = require "bakeoff.cli.arguments"
local attach = require "bakeoff.attach"
local attach_folder = require "bakeoff.attach.folder"
local attach_targets = require "bakeoff.attach.targets"
local cgroup = require "bakeoff.attach.cgroup"
local charts = require "bakeoff.charts"
local bracket = require "bakeoff.model.bracket"
local checks = require "bakeoff.base.checks"
local core = require "bakeoff.core"
local failure = require "bakeoff.base.failure"
local numbers = require "bakeoff.base.numbers"
local results = require "bakeoff.api.results"
local run_folder = require "bakeoff.experiment.run_folder"
local run_options = require "bakeoff.cli.run_options"
local look = require "bakeoff.base.look"
local text_table = require "bakeoff.base.text_table"

local command = { name = "attach", summary = "watch running processes and their children, or a cgroup" }

local EPILOG = [[
The watched process is not disturbed: bakeoff only reads /proc, and never stops or signals it.
Peaks are the largest sampled values. If several processes may have needed more between two samples,
"at most" says how much. Several processes have a curve each; in that of all together, what they
share counts once, and so does a process that is below two of them.

Examples:
   bakeoff attach 4242
      watches process 4242 and its children until they end or you press Ctrl-C
   bakeoff attach $(pgrep -n python3) --duration 30s --name app
      watches the newest python3 for half a minute; rows and chart are in out/app
   bakeoff attach $(pgrep nginx)
      watches several, each and all together
   bakeoff attach --cgroup system.slice/cron.service
      watches all members of a cgroup, also those that join it later; in cgroup v2 the kernel's own
      counts of CPU time and memory are used
   bakeoff plot out/app --theme dark
      redraws the chart

Exit codes:
   0   success, also if you stopped it with Ctrl-C
   1   nothing could be sampled, or the chart could not be drawn
   2   usage error]]

local function pid_of(text)
   local pid = text:match("^%d+$") and math.tointeger(tonumber(text))
   if pid and pid > 0 and pid <= 0x7fffffff then
      return pid
   end
   return nil, ("'%s' is not a process ID; find it with pgrep NAME"):format(text)
end

function command.define(parser)
   parser:usage("Usage: bakeoff attach [options] PID … | --cgroup PATH")
   parser:argument("PID", "ID of the process at the root of a tree"):target("pids"):args("*"):convert(pid_of)
   parser:option("--cgroup", "Watch the members of this cgroup instead: a folder, or its name below " ..
      "/sys/fs/cgroup"):argname("PATH")
   parser:option("--out", "Folder for results (default: out)"):argname("DIR"):convert(run_options.folder)
   parser:option("--name", "Folder of this run in DIR (default: attach)"):argname("NAME")
      :convert(checks.folder_name)
   parser:option("--sample-every", "How often memory is read (default: 10ms)"):argname("D")
      :convert(run_options.interval)
   parser:option("--duration", "Stop after this time, such as 30s or 5min (default: watch to the end)")
      :argname("D"):convert(run_options.duration)
   parser:flag("--no-chart", "Draw no chart")
   arguments.group(parser, "What to watch", { "--cgroup" })
   arguments.group(parser, "Measurement", { "--duration", "--sample-every" })
   arguments.group(parser, "Results", { "--out", "--name", "--no-chart" })
   parser:epilog(EPILOG)
end

-- The targets that the command line names. Raises (usage).
local function targets_of(args)
   if #args.pids == 0 and not args.cgroup then
      failure.usage "missing argument 'PID' (see bakeoff attach --help)"
   elseif args.cgroup and #args.pids > 0 then
      failure.usage("--cgroup: can't be watched together with a PID (%d); leave one of them out",
         args.pids[1])
   end
   return args.cgroup and { cgroup.open(args.cgroup) } or attach_targets.all(args.pids)
end

local function processes(count) return count == 1 and "1 process" or ("%d processes"):format(count) end

-- The line cut to the terminal's width: a wrapped line could not be overwritten.
local function fitted(line)
   local room = (core.terminal(2) or 80) - 1
   return utf8.len(line) <= room and line or line:sub(1, utf8.offset(line, room) - 1) .. "…"
end

-- A progress line on standard error, updated twice a second if that is a terminal.
-- → progress(watched), clear()
local function progress_line(targets)
   local live, due, shown = core.is_terminal(2), 0, false
   local label = #targets == 1 and targets[1].label or processes(#targets)
   local function show(watched)
      local now = core.now()
      if not live or now < due then
         return
      end
      local peaks = (watched.whole or watched.parts[1]).sampler:peaks()
      io.stderr:write("\r\27[K", fitted(("%s  %.0f s  peak footprint %s, at most %s  (Ctrl-C stops)"):format(
         label, now - watched.began, numbers.format(peaks.footprint_peak_bytes, "size"),
         processes(peaks.processes_peak))))
      io.stderr:flush()
      due, shown = now + 0.5, true
   end
   return show, function()
      if shown then
         io.stderr:write("\r\27[K")
         io.stderr:flush()
      end
   end
end

local function print_rows(rows)
   for _, row in ipairs(rows) do
      if row then
         print(("  %-15s  %s%s"):format(row[1], row[2], row[3] and ("  (%s)"):format(row[3]) or ""))
      end
   end
end

local function footprint_words(peaks)
   local words = bracket.words(peaks.footprint_peak_bytes, peaks.footprint_peak_high_bytes,
      peaks.footprint_peak_high_unknown)
   return numbers.format(peaks.footprint_peak_bytes, "size") .. (words and " " .. words or "")
end

local function cpu_words(part)
   return ("%s%s user, %s system"):format(part.peaks.cpu_at_least and "at least " or "",
      numbers.format(part.user_s, "time"), numbers.format(part.system_s, "time"))
end

-- What was seen of one tree, or of the members of a cgroup.
local function print_one(part, watched)
   local peaks, total, target = part.peaks, watched.ended - watched.began, part.target
   local function size(field) return numbers.format(peaks[field], "size") end
   print(("%s (%s), watched for %s %s"):format(target.label, part.group and "cgroup" or target.what,
      numbers.format(total, "time"), attach_folder.why(watched)))
   local cores = (part.user_s + part.system_s) / total
   print_rows {
      { "peak footprint", footprint_words(peaks), "all processes; shared memory counted once" },
      peaks.pss_peak_bytes and { "peak PSS", size "pss_peak_bytes" } or false,
      { "peak RSS", size "rss_peak_bytes", "summed over all processes" },
      { "processes", ("%d at most"):format(peaks.processes_peak) },
      part.group and part.group.memory_peak and { "memory.current",
         numbers.format(part.group.memory_peak, "size"), "with page cache and kernel memory" } or false,
      { "CPU time", cpu_words(part), numbers.plain(cores) .. " cores" },
      { "samples", numbers.whole(peaks.samples),
         ("sampling took %s of CPU time"):format(numbers.format(peaks.probe_cpu_s, "time")) },
   }
end

local COLUMNS = { { title = "watched" }, { title = "for", right = true },
   { title = "peak footprint", right = true }, { title = "processes", right = true }, { title = "CPU time" } }

-- Several trees, and all of them together.
local function print_several(watched)
   print(("%d trees of processes, watched for %s %s"):format(#watched.parts,
      numbers.format(watched.ended - watched.began, "time"), attach_folder.why(watched)))
   local rows = {}
   for index, part in ipairs(watched.all) do
      rows[index] = { part.target.label, numbers.format(part.ended - part.began, "time"),
         footprint_words(part.peaks), ("%d"):format(part.peaks.processes_peak), cpu_words(part) }
   end
   for _, line in ipairs(text_table.terminal(COLUMNS, rows, look.of {})) do
      print(line)
   end
   print "  together: what they share counts once"
end

-- → written files, problems
local function draw_chart(run, wanted)
   local written = { "manifest.json", "trials.jsonl", "memory.csv", "summary.json" }
   if core.file_kind(run.dir .. "/memory_processes.csv") then
      table.insert(written, 4, "memory_processes.csv")
   end
   local summary, message = run:summary()
   if not summary then
      failure.trial("%s", message)
   elseif not wanted then
      return written, {}
   end
   local drawn, problems, skipped = charts.draw(run, { only = { "memory" } })
   for _, chart in ipairs(drawn) do
      table.move(chart.pictures, 1, #chart.pictures, #written + 1, written)
   end
   return written, table.move(skipped, 1, #skipped, #problems + 1, problems)
end

local function report(folder, args)
   local run = results.load(folder.path)
   local written, problems = draw_chart(run, not args.no_chart)
   print "wrote:"
   for _, file in ipairs(written) do
      print("  " .. folder:file(file))
   end
   for _, line in ipairs(problems) do
      io.stderr:write("bakeoff: ", line, "\n")
   end
   return #problems == 0 and 0 or 1
end

--- argv: everything after "attach". → exit code
function command.main(argv)
   local parser = arguments.parser("bakeoff attach",
      "Watch running processes and their children, or a cgroup.")
   arguments.add_help(parser)
   command.define(parser)
   if arguments.wants_help(argv) then
      print(parser:get_help())
      return 0
   end
   local args = arguments.parse(parser, argv)
   local targets = targets_of(args)
   local settings = { name = args.name or "attach", every = args.sample_every or 0.01,
      command = table.move(argv, 1, #argv, 3, { "bakeoff", "attach" }) }
   local interrupt <close> = assert(core.interrupt_open())
   local folder = run_folder.create(args.out or "out", settings.name)
   local show, clear = progress_line(targets)
   local watched = attach.watch(targets, { interrupt = interrupt, every = settings.every,
      duration = args.duration, progress = show })
   clear()
   attach_folder.write(folder, watched, settings)
   if watched.whole then
      print_several(watched)
   else
      print_one(watched.parts[1], watched)
   end
   return report(folder, args)
end

return command
