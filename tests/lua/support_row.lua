--- Names of the fields that every trial's row has, and groups of them, for tests.
return {
   "experiment", "contender", "label", "workers", "repeat", "block", "status", "total_s", "setup_s", "work_s",
   "teardown_s", "bytes", "requests_per_s", "in_flight_peak", "connections", "ipc_bytes",
   phases = { "work_start_s", "work_end_s", "end_s" },
   jobs = { "submitted", "done", "failed", "lost" },
   latency_s = { "p50", "p90", "p99", "max" },
   queue_s = { "p50", "p90", "p99", "max" },
   cpu = { "user_s", "system_s", "cores_used" },
   switches = { "voluntary", "involuntary" },
   memory = { "footprint_peak_bytes", "footprint_baseline_bytes", "pss_peak_bytes", "uss_peak_bytes",
      "rss_peak_bytes", "samples", "probe_s" },
   server = { "requests", "connections" },
}
