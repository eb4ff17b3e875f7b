--- The folders of plots/gallery that are drawn: which script measured them, or which command.
--
-- script    its experiments, and the chart of its own, are the folders
-- argv      the command that measured the folder, run in it
-- page      true: report.html is kept, too
-- systems   the folder with the chart of the script's own
-- pair      the two runs in the folder that are compared, and `figure` what of them; --measure leaves them

return {
   { script = "tickets", folders = { "tickets" }, page = true },
   { script = "thirty_urls", folders = { "thirty_urls" } },
   { script = "open_loop", folders = { "open_loop" } },
   { folders = { "pool" }, argv = { "exec", "--vs", "python3 loop.py", "--empty", 'python3 -c ""',
      "--name", "pool", "--", "python3", "pool.py" } },
   { folders = { "chunks" }, argv = { "exec", "--scan", "workers=1,2,4,8", "--scan", "chunk=1,8,64,512",
      "--name", "chunks", "--", "python3", "chunks.py", "{workers}", "{chunk}" } },
   { folders = { "compare" }, pair = { "before/prices", "after/prices" }, figure = "cpu" },
   { script = "shootout_2015", folders = { "shootout_2015" } },
   { script = "memory_2018", folders = { "memory_2018" } },
   { script = "processes_2023", folders = { "processes_2023", "processes_2023_order" },
      systems = "processes_2023_order" },
   { script = "gil_2010s", folders = { "gil_2010s", "gil_2010s_payload" } },
}
