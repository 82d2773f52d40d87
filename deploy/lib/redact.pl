#!/usr/bin/env perl
# Takes secrets out of a text: standard input to standard output. The secrets, one a line, are read from descriptor 3, so
# that no command line has them. Uses nothing but Perl itself, which every Debian and Ubuntu has.
#
# A secret is found plain, URL-encoded, as JSON writes it, in base64 (wherever it begins in there) and in hexadecimal; whole
# or a piece of ten characters; and over the end of a line, however the lines begin. Beyond the secrets that are known,
# what looks like one is removed: keys, bearer tokens, JWTs, passwords in addresses, private keys, e-mail addresses.
use strict;
use warnings;

my $piece   = 10;
my $removed = '[removed]';

local $/;
open( my $list, '<&=', 3 ) or die "descriptor 3 with the secrets is not open\n";
my @secrets = grep { length >= 6 } split /\r?\n/, <$list>;
binmode STDIN;
binmode STDOUT;
my $text = <STDIN> // '';

# --- How a secret may be written --------------------------------------------------------------------------------------

sub base64 {
    my ($bytes) = @_;
    my $lines = pack 'u', $bytes;    # uuencode has the same bits in other letters
    my $out   = '';
    for my $line ( split /\n/, $lines ) { $out .= substr $line, 1 }
    $out =~ tr|` -_|AA-Za-z0-9+/|;
    return $out;
}

sub unbase64 {
    my ($letters) = @_;
    $letters =~ tr|-_|+/|;
    $letters =~ tr|A-Za-z0-9+/||cd;
    $letters =~ tr|A-Za-z0-9+/| -_|;
    return join '', map { unpack 'u', chr( 32 + int( length($_) * 3 / 4 ) ) . $_ } $letters =~ /(.{1,60})/g;
}

# The letters of base64 that depend on the secret alone, for each of the three places it may begin at.
sub base64_forms {
    my ($secret) = @_;
    my @forms;
    for my $before ( 0 .. 2 ) {
        my $letters = base64( ( "\0" x $before ) . $secret );
        my $first   = ( 0, 2, 3 )[$before];
        my $form    = substr $letters, $first, int( ( $before + length $secret ) * 8 / 6 ) - $first;
        ( my $for_addresses = $form ) =~ tr|+/|-_|;
        push @forms, $form, $for_addresses;
    }
    return @forms;
}

sub forms {
    my ($secret) = @_;
    ( my $percent = $secret )  =~ s/([^A-Za-z0-9._~-])/sprintf '%%%02X', ord $1/ge;
    ( my $percents = $secret ) =~ s/([^A-Za-z0-9._~-])/sprintf '%%%02x', ord $1/ge;
    ( my $twice = $percent )   =~ s/%/%25/g;
    ( my $json = $secret )     =~ s/(["\\])/\\$1/g;
    ( my $slashes = $json )    =~ s|/|\\/|g;
    ( my $unicode = $json )    =~ s/([^A-Za-z0-9 "\\.,:;_~\/()?!*-])/sprintf '\\u%04x', ord $1/ge;
    ( my $again = $json )      =~ s/(["\\])/\\$1/g;
    my %seen;
    return grep { !$seen{$_}++ } $secret, $percent, $percents, $twice, $json, $slashes, $unicode, uc $unicode, $again,
      unpack( 'H*', $secret ), uc( unpack 'H*', $secret ), base64_forms($secret);
}

# Of an address only what is behind the host is secret; its beginning would be found everywhere.
my %pieces;
for my $secret (@secrets) {
    ( my $core = $secret ) =~ s|^[a-z][a-z0-9+.-]*://[A-Za-z0-9.:-]*/||;
    for my $form ( length $core >= 6 ? forms($core) : () ) {
        my $size = length $form < $piece ? length $form : $piece;
        $pieces{$size}{ substr $form, $_, $size } = 1 for 0 .. length($form) - $size;
    }
}

# --- What looks like one ----------------------------------------------------------------------------------------------

# Not the end of "task-" or "disk-", but behind the letter of an escaped line break.
my $key = qr/(?:(?<![A-Za-z])|(?<=\\[nrt]))sk-[A-Za-z0-9_-]{6,}/;
# Those that can be told from the words around them even where the end of a line was taken away.
my @distinct = (
    qr/($key)/,
    qr/\b[Bb]earer(?:\s|%20|\+)+([A-Za-z0-9._~+\/=-]{6,})/,
    qr/((?:AKIA|ASIA|AROA|AIDA)[A-Z0-9]{12,})/,
    qr/(eyJ[A-Za-z0-9_-]{6,}\.[A-Za-z0-9_-]{6,}(?:\.[A-Za-z0-9_-]*)?)/,
    qr/(AGE-SECRET-KEY-1[A-Z0-9]{8,})/,
    qr/(-----BEGIN [A-Z ]*PRIVATE KEY-----(?:.{0,8000}?-----END [A-Z ]*PRIVATE KEY-----|.{0,3000}))/s,
    qr/(AIza[0-9A-Za-z_-]{20,}|gh[pousr]_[A-Za-z0-9]{16,}|xox[a-z]-[A-Za-z0-9-]{10,}|hf_[A-Za-z0-9]{16,}|gsk_[A-Za-z0-9]{16,}|glpat-[A-Za-z0-9_-]{10,})/,
);
my @patterns = (
    @distinct,
    qr/[a-z][a-z0-9+.-]*:\\?\/\\?\/[^\s:@\/"']*:([^\s"'<>]+)@/i,
    qr/\bBasic\s+([A-Za-z0-9+\/=_-]{8,})/,
    qr/hooks\.slack\.com\\?\/services\\?\/([A-Za-z0-9\/\\]{8,})/,
    qr/(?:password|passwd|pwd|secret|token|api[_-]?key|access[_-]?key|authorization|credentials?|salt(?:[_-]?key)?|master[_-]?key|cookie)["'\\]*\s*[:=]\s*["'\\]*(?!(?:\d+|null|none|true|false|\[removed\])\b)(?!os\.environ\/|\$\{|\?|\[removed\])([^\s"'\\,;&{}\[\]]{4,})/i,
    qr/([A-Za-z0-9._%+-]+@[A-Za-z0-9-]+\.[A-Za-z0-9.-]*[A-Za-z])/,
);
my $suspicious = qr/$key|[Bb]earer\s|(?:AKIA|ASIA)[A-Z0-9]{12}|:\/\/[^\s:@\/]*:[^\s@]+@|PRIVATE KEY|AGE-SECRET-KEY|eyJ[A-Za-z0-9_-]{6,}\./;

# --- Finding ----------------------------------------------------------------------------------------------------------

# find TEXT PATTERN…: ranges [from, to) of it that are secret.
sub find {
    my ( $in, @patterns ) = @_;
    my @found;
    for my $size ( keys %pieces ) {
        my $known = $pieces{$size};
        for my $at ( 0 .. length($in) - $size ) {
            push @found, [ $at, $at + $size ] if exists $known->{ substr $in, $at, $size };
        }
    }
    for my $pattern (@patterns) {
        while ( $in =~ /$pattern/g ) {
            push @found, [ $-[1], $+[1] ];
            pos($in) = $+[1];
        }
    }
    while ( $in =~ /([A-Za-z0-9+\/_-]{16,}={0,2})/g ) {
        my ( $from, $to, $letters ) = ( $-[1], $+[1], $1 );
        for my $skip ( 0 .. 3 ) {
            next unless unbase64( substr $letters, $skip ) =~ $suspicious;
            push @found, [ $from, $to ];
            last;
        }
    }
    while ( $in =~ /([^\s"'<>]*%[0-9A-Fa-f]{2}[^\s"'<>]*)/g ) {
        my ( $from, $to, $plain ) = ( $-[1], $+[1], $1 );
        $plain =~ s/%([0-9A-Fa-f]{2})/chr hex $1/ge for 1 .. 2;
        push @found, [ $from, $to ] if $plain =~ $suspicious;
    }
    return @found;
}

# The text as if its lines were one, without what services and clocks write at the beginning of each; and for each stretch
# of it where it is in the text.
my ( $joined, @stretches ) = ('');
my $offset = 0;
for my $line ( $text =~ /([^\n]*\n|[^\n]+\z)/g ) {
    my ( $head, $body ) = $line =~ /^((?:[A-Za-z0-9_.-]+\s*\|[ ]?)?(?:\d{4}-\d\d-\d\d[T ][\d:.,]+(?:Z|[+-]\d\d:?\d\d)?\s*)?[ \t]*)(.*?)[ \t\\]*\r?\n?\z/s;
    push @stretches, [ length $joined, $offset + length $head ];
    $joined .= $body;
    $offset += length $line;
}

my @ranges = find( $text, @patterns );
my $stretch = 0;
for my $range ( sort { $a->[0] <=> $b->[0] } find( $joined, @distinct ) ) {
    my ( $from, $to ) = @$range;
    $stretch++ while $stretch < $#stretches && $stretches[ $stretch + 1 ][0] <= $from;
    my $last = $stretch;
    $last++ while $last < $#stretches && $stretches[ $last + 1 ][0] < $to;
    # What lies within one line was found there.
    next if $last == $stretch;
    for my $n ( $stretch .. $last ) {
        my ( $begin, $place ) = @{ $stretches[$n] };
        my $end  = $n < $#stretches ? $stretches[ $n + 1 ][0] : length $joined;
        my $low  = $from > $begin ? $from : $begin;
        my $high = $to < $end     ? $to   : $end;
        push @ranges, [ $place + $low - $begin, $place + $high - $begin ] if $high > $low;
    }
}

my ( $done, $out ) = ( 0, '' );
for my $range ( sort { $a->[0] <=> $b->[0] } @ranges ) {
    my ( $from, $to ) = @$range;
    next if $to <= $done;
    if ( $from > $done || $done == 0 ) {
        $out .= substr( $text, $done, $from - $done ) . $removed;
    }
    # Lines stay lines.
    my $from_now = $from > $done ? $from : $done;
    my $breaks = () = substr( $text, $from_now, $to - $from_now ) =~ /\n/g;
    $out .= "\n" x $breaks;
    $done = $to;
}
print $out . substr $text, $done;
