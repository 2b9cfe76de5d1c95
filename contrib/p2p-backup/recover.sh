# recover: a bare machine, the recovery sheet and one peer: keys, roster,
# backup.conf and the newest snapshot of every job. What is there already stays.
# SPDX-License-Identifier: ISC

recover()
{
	sheet='' to='' address='' id=''
	while [ $# -gt 0 ]; do
		case $1 in
		--sheet | --to)
			[ $# -gt 1 ] || misuse "option '$1' needs a value"
			[ "$1" = --to ] && to=$2 || sheet=$2
			shift
			;;
		--sheet=*) sheet=${1#*=} ;;
		--to=*) to=${1#*=} ;;
		-*) misuse "unknown option '$1'" ;;
		*)
			[ -z "$id" ] || misuse "unexpected operand '$1'"
			[ "$address" ] && id=$1 || address=$1
			;;
		esac
		shift
	done
	[ "$address" ] || misuse "say the address of a peer, and its id"
	first_peer || return
	may_restore_to "$to"
	lock
	recover_keys || return
	[ "$id" ] || {
		who_answers
		return 2
	}
	mine=''
	for file in peers peers.d backup.conf; do
		[ ! -e "$home/$file" ] || mine="$mine $file "
	done
	read=$work/first worst=0
	catalog "$read" || return
	recover_config || return
	catch_up_config || return
	newest_is_there || return
	restore_to "$to"
	recover_jobs
	tell_orphans
	if [ "$worst" -gt 0 ]; then
		complain "not all is back" \
			"mend the roster in '$home' if peers are missing, then: p2p-backup restore"
	else
		say "all jobs are back; the next 'p2p-backup run' goes on from here"
	fi
	return "$worst"
}

# first_peer: $address and $id, in whatever order they came, make a line of a
# roster, which is known to be one before anything is made.
first_peer()
{
	case $address,$id in
	*[:/]*,* | *,) ;;
	*,*[:/]*) other=$address address=$id id=$other ;;
	esac
	case $address in
	dir:*) address=dir:$(realpath -ms -- "${address#dir:}") || return 4 ;;
	*:*) ;;
	*/*) address=dir:$(realpath -ms -- "$address") || return 4 ;;
	esac
	case $address,$id in dir:*,) id=- ;; esac
	[ "$id" ] || return 0
	first_line "$id" || return 4
	# It removes nothing that was not paired, reads the roster and needs no keys.
	peer-pair -C "$work/first" -q remove first 2> "$work/fault" || :
	fault=$(sed -n '1s/^peer-pair: .*\/first\/peers:1: //p' "$work/fault")
	[ -z "$fault" ] || {
		complain "$fault"
		return 2
	}
}

first_line()
{
	printf 'first %s "%s"\n' "$1" "$address" | view first
}

# who_answers: whoever is at $address has proved an id, which is told. Nobody is
# trusted yet: an id of ours is none of theirs.
who_answers()
{
	first_line "$(peer-key -C "$home" -q show)"
	ask shard-fetch "$work/first" -l > "$work/list" 2> "$work/fault" || :
	there=$(sed -n "s/.*the peer's key \([0-9A-Z-]*\) is not trusted.*/\1/p" "$work/fault")
	if [ "$there" ]; then
		complain "what is the id of '$address'? The one that answers there is $there" \
			"if it stands beside the sheet, or its owner says so: p2p-backup recover '$address' $there"
	else
		cat "$work/fault" >&2
		complain "what is the id of '$address'? It stands beside the sheet"
	fi
}

# The one peer may not have the newest configuration: those that it led to may,
# and so on, as long as each is newer than the one before.
catch_up_config()
{
	while :; do
		config_number=$number
		config_read
		P2P_MODE=full
		mode_set
		find_peers || warn "going on with the addresses of the roster"
		catalog "$read" || return
		number=$(newest_of p2p-backup)
		[ "${number:-0}" -gt "$config_number" ] || return 0
		recover_config || {
			worse $?
			warn "a newer configuration, snapshot $number, did not come back"
			return 0
		}
	done
}

recover_jobs()
{
	for job in $(jobs); do
		number=$(newest_of "$(label_of "$job")")
		if [ "$number" ]; then
			restore_one "$number" '' || worse $?
		else
			complain "$job: there is no snapshot"
			worse 1
		fi
	done
}

# Snapshots that are of no job are of one that was given up; or they are newer
# than the configuration that came back, which then lacks their job.
tell_orphans()
{
	cmp -s "$work/config.d/backup.conf" "$config" || config_number=0
	awk -F '\t' '$7 != "p2p-backup" { last[$7] = $1 }
	END { for (label in last) print last[label], label }' "$work/catalog" |
		sort -n > "$work/labels" || {
		worse 4
		return
	}
	while read -r number label; do
		[ -z "$(job_of "$label")" ] || continue
		warn "snapshots '$label' are of no job in '$config'; the newest: p2p-backup restore $number"
		[ "$number" -lt "$config_number" ] || worse 1
	done < "$work/labels"
}

# recover_keys: those of the sheet; who gives one, as a file, does not mean others
# that are here. What else standard input may be is not waited for where keys are.
recover_keys()
{
	if [ -f "$home/secret" ] && [ -f "$home/identity" ] &&
		[ -z "$sheet" ] && [ ! -f /dev/stdin ]; then
		here=$(peer-key -C "$home" -q show) || return
		say "the keys are here already: $here"
		return
	fi
	[ "$sheet" ] || [ ! -t 0 ] || echo "Type the four lines of the sheet, then Ctrl-D:"
	peer-key -C "$home" -q restore ${sheet:+"$sheet"} > "$work/id" || return
	say "the keys of $(cat "$work/id") are back"
}

# The newest snapshot of roster and backup.conf, from the peers of $read. What
# was here before stays; what came before this one does not.
recover_config()
{
	number=$(newest_of p2p-backup)
	rm -rf "$work/config.d"
	mkdir "$work/config.d" || return 4
	if [ -z "$number" ]; then
		[ -e "$home/peers" ] || cp "$work/first/peers" "$home/peers"
		complain "there is no backup of the roster: p2p-backup has not been here" \
			"write the other peers into '$home/peers', then: shard-fetch -l"
		return 1
	fi
	bring "$read" "$number" untar "$work/config.d" || return
	case $id in
	-) recover_folder ;;
	*) recover_address ;;
	esac || return
	for file in peers peers.d backup.conf; do
		[ -e "$work/config.d/$file" ] || continue
		case $mine in *" $file "*)
			[ "$read" = "$home" ] || warn "'$home/$file' stays as it is"
			continue
			;;
		esac
		rm -rf "$home/$file.new"
		cp -R "$work/config.d/$file" "$home/$file.new" || return 4
		[ ! -d "$home/$file" ] || rm -rf "${home:?}/$file"
		mv "$home/$file.new" "$home/$file" || return 4
	done
	[ -e "$home/peers" ] || [ -d "$home/peers.d" ] || cp "$work/first/peers" "$home/peers"
	[ -f "$config" ] || {
		complain "the backup of the configuration, snapshot $number, has no 'backup.conf'" \
			"write it, or let 'p2p-backup init' do so; then: p2p-backup list"
		return 1
	}
}

# A disk is seldom mounted where it was: then it is one more peer, and its old
# line is one whose folder is not there.
recover_folder()
{
	cat "$work/config.d"/peers "$work/config.d"/peers.d/* 2> /dev/null |
		awk -v address="$address" '
	(at = index($0, address)) && substr($0, at + length(address)) ~ /^\/?($|["[:space:],])/ {
		found = 1
	}
	END { exit !found }' && return
	printf 'found - "%s"\n' "$address" >> "$work/config.d/peers" || return 4
	warn "the roster that came back has no '$address', so it has a peer 'found' now: take out the line of where that disk was"
}

# The peer may have moved since its line was written.
recover_address()
{
	find "$work/config.d" -path '*/peers*' -type f > "$work/rosters" || return 4
	while read -r file; do
		awk -v id="$id" -v address="$address" '
		$2 == id && $3 == "-" { $3 = address }
		$2 == id && $3 !~ /^"/ && !index("," $3 ",", "," address ",") {
			$3 = address "," $3
		}
		{ print }' "$file" > "$work/moved" && cp "$work/moved" "$file" || return 4
	done < "$work/rosters"
}
