# The configuration, backup.conf: checked whole, then kept as a table of lines
# "job TAB key TAB value". What stands before the first [job] has no job.
# SPDX-License-Identifier: ISC

config_read()
{
	[ -f "$config" ] ||
		die 2 "there is no '$config'" "'p2p-backup init' writes one"
	[ -z "$(find -L "$config" -perm -020 -o -perm -002)" ] ||
		die 2 "'$config' can be written by others, and has commands in it" \
			"chmod go-w '$config'"
	config_parse < "$config" > "$work/config" || {
		[ $? -ne 1 ] || exit 2
		die 4 "cannot read '$config' into '$work'"
	}
}

config_parse()
{
	awk -v file="${config_name-$config}" '
	function fault(text) {
		place = file == "" ? "" : "\047" file "\047, line " NR ": "
		print "p2p-backup: " place text > "/dev/stderr"
		bad = 1
	}
	function number(least, most) {
		if (value !~ /^[1-9][0-9]*$/ || length(value) > 6 ||
		    value + 0 < least || value + 0 > most)
			fault("\047" key "\047 is a number from " least " to " most \
			    ", not \047" value "\047")
	}
	# Whether a part of it is none, . or .. : tar has another name for that.
	function is_crooked(path) {
		sub(/\/$/, "", path)
		return (path "/") ~ /\/(\.\.?)?\//
	}
	# The shape of a job, when its lines are over.
	function close_job(    total, need, happy) {
		if (job == "")
			return
		if (!((job, "path") in said) && !((job, "command") in said))
			fault("[" job "] says neither \047path\047 nor \047command\047")
		total = get("total", 5)
		need = get("need", total < 3 ? total : 3)
		happy = get("happy", total)
		if (need > total)
			fault("[" job "]: \047need\047 is " need ", but \047total\047 " total)
		else if (happy < need || happy > total)
			fault("[" job "]: \047happy\047 is " happy ", not from " \
			    need " to " total)
	}
	function get(key, otherwise) {
		if ((job, key) in said)
			return said[job, key] + 0
		return ("", key) in said ? said["", key] + 0 : otherwise
	}
	{ gsub(/^[ \t]+|[ \t\r]+$/, "") }
	/^#/ || $0 == "" { next }
	/^\[.*\]$/ {
		close_job()
		job = substr($0, 2, length($0) - 2)
		if (job !~ /^[A-Za-z][A-Za-z0-9._-]*$/ || length(job) > 64 ||
		    job == "latest" || job == "p2p-backup")
			fault("\047" job "\047 cannot be the name of a job")
		else if (job in jobs)
			fault("there are two jobs [" job "]")
		jobs[job] = job
		print job "\tjob\t" job
		next
	}
	!/=/ {
		fault("\047" $0 "\047 is neither \047[job]\047 nor \047key = value\047")
		next
	}
	{
		key = $0
		sub(/[ \t]*=.*/, "", key)
		value = $0
		sub(/^[^=]*=[ \t]*/, "", value)
		if (value == "")
			fault("\047" key "\047 has no value")
		else if (key ~ /^(path|command|label)$/ && job == "")
			fault("\047" key "\047 belongs under a [job]")
		else if (key ~ /^(mode|find|notify)$/ && job != "")
			fault("\047" key "\047 belongs above the first [job]")
		else if (key !~ /^(path|exclude)$/ && (job, key) in said)
			fault("\047" key "\047 is said twice")
		else if (key == "need" || key == "total" || key == "happy")
			number(1, 255)
		else if (key ~ /^keep-(last|daily|weekly|monthly|yearly)$/)
			number(1, 9999)
		else if (key == "max-age") {
			if (value !~ /^[1-9][0-9]?[0-9]?[0-9]?[smhdw]$/)
				fault("\047max-age\047 is a time as \0472d\047, not \047" \
				    value "\047")
		} else if (key == "mode") {
			if (value !~ /^(off|discover|verify|full)$/)
				fault("\047mode\047 is off, discover, verify or full, " \
				    "not \047" value "\047")
		} else if (key ~ /^(path|exclude)$/) {
			if (key == "path" && value !~ /^\//)
				fault("\047path\047 begins with \047/\047, unlike \047" value "\047")
			else if (value ~ /^\// && is_crooked(value))
				fault("\047" key "\047 has no \047.\047, \047..\047 and \047//\047, " \
				    "unlike \047" value "\047: readlink -m says it without")
		} else if (key == "label") {
			if (value ~ /["\\\001-\037]/ || length(value) > 200)
				fault("\047label\047 has at most 200 bytes, and no quotes")
			else if (value == "p2p-backup")
				fault("this label is for the configuration itself")
		} else if (key !~ /^(command|before|after|find|notify)$/)
			fault("there is no key \047" key "\047")
		if ((job, key == "path" ? "command" : "path") in said &&
		    (key == "path" || key == "command"))
			fault("[" job "] says both \047path\047 and \047command\047")
		said[job, key] = value
		if (key == "label")
			jobs[job] = value
		print job "\t" key "\t" value
	}
	END {
		close_job()
		for (job in jobs) {
			if (labels[jobs[job]]++)
				fault("two jobs have the label \047" jobs[job] "\047")
			count++
		}
		if (!count && !bad)
			fault("there is no [job]")
		exit bad
	}'
}

# values JOB KEY: all that is said of it, a line each: above the jobs, and there.
values()
{
	awk -F '\t' -v job="$1" -v key="$2" '
	($1 == job || $1 == "") && $2 == key {
		print substr($0, length($1) + length($2) + 3)
	}' "$work/config"
}

# value JOB KEY OTHERWISE: what the job says, or else what stands above them.
value()
{
	got=$(values "$1" "$2" | tail -n 1)
	printf '%s\n' "${got:-$3}"
}

jobs()
{
	awk -F '\t' '$2 == "job" { print $1 }' "$work/config"
}

# known JOB: or die.
known()
{
	jobs | grep -qxF -e "$1" ||
		die 2 "there is no job '$1' in '$config'" "there are: $(jobs | xargs)"
}

label_of()
{
	value "$1" label "$1"
}

# job_of LABEL: nothing if it is of no job.
job_of()
{
	for job_of in $(jobs); do
		[ "$(label_of "$job_of")" != "$1" ] || echo "$job_of"
	done
}

# seconds TIME: of a time as '2d'.
seconds()
{
	case $1 in
	*s) echo "${1%s}" ;;
	*m) echo "$((${1%m} * 60))" ;;
	*h) echo "$((${1%h} * 3600))" ;;
	*d) echo "$((${1%d} * 86400))" ;;
	*w) echo "$((${1%w} * 604800))" ;;
	esac
}
