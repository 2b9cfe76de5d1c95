#!/usr/bin/env bats
# The metrics end to end: tools, node_exporter's textfile collector,
# Prometheus. Skipped where these are not installed.
# SPDX-License-Identifier: ISC
# shellcheck disable=SC2154,SC2030,SC2031 # net.bash sets and uses them

load net

setup()
{
	command -v prometheus prometheus-node-exporter promtool > /dev/null ||
		skip "no prometheus here"
	net_setup 3
	bytes input 6144 > in
	mkdir metrics
}

teardown()
{
	net_teardown
}

# finds QUERY VALUE: what Prometheus answers.
finds()
{
	/usr/bin/python3 - "http://$net.200:9090/api/v1/query" "$@" <<- 'END'
	import json, sys, urllib.parse, urllib.request
	url, query, value = sys.argv[1:]
	url += "?" + urllib.parse.urlencode({"query": query})
	got = json.load(urllib.request.urlopen(url, timeout=5))["data"]["result"]
	sys.exit([r["value"][1] for r in got] != [value])
	END
}

@test "both files pass promtool, and are scraped" {
	hold 1 -M "$PWD/metrics/holder.prom"
	hold 2
	hold 3
	shard-split -q -k 2 -n 3 -s 1024 in | shard-send -q > /dev/null
	halt TERM 1
	p2p-health -q -P metrics/home.prom > /dev/null || [ $? -eq 1 ]
	for file in metrics/*.prom; do
		promtool check metrics < "$file"
	done
	prometheus-node-exporter --collector.disable-defaults --collector.textfile \
		--collector.textfile.directory="$PWD/metrics" \
		--web.listen-address="$net.200:9100" > exporter.log 2>&1 3>&- &
	others+=($!)
	cat > prometheus.yml <<- END
	global: { scrape_interval: 1s }
	scrape_configs:
	  - job_name: node
	    static_configs: [ { targets: [ "$net.200:9100" ] } ]
	END
	prometheus --config.file=prometheus.yml --storage.tsdb.path="$PWD/tsdb" \
		--web.listen-address="$net.200:9090" > prometheus.log 2>&1 3>&- &
	others+=($!)
	until_true 300 finds 'p2p_health_status' 1
	finds 'p2p_peers{state="down"}' 1
	finds 'p2p_stripes{state="away"}' 3
	finds 'p2p_holder_requests_total{verb="commit",outcome="ok"} > bool 0' 1
	finds 'node_textfile_scrape_error' 0
}
