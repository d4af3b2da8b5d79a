/* loadgen: send HTTP/1.1 requests from so many callers, each waiting for its answer (closed loop).
 *
 * One thread and epoll, so that the client takes as little as possible of the processor that it
 * shares with the server. Connections are kept alive.
 *
 *   -P port        on 127.0.0.1
 *   -c callers     connections, each with at most one request under way
 *   -d seconds     for which answers are timed
 *   -w seconds     of warming up before that
 *   -n requests    stop after so many instead; all of them are timed
 *   -H header      "Name: value", may be repeated
 *   -m method  -u path  -b body
 *   -k operations  in one request: {items} in the body becomes so many of -i, with commas between
 *   -i item        one of them
 *   -f first  -a accounts    {e} is one of these account numbers, by chance
 *   -r range       {r} is one of 0 … range-1, by chance
 *   -t text        {n} is a number never used before, and begins with this
 *   -x mark        an answer is good if it is HTTP 200 and has this as often as it has operations
 *
 * At the end no new request is sent, and those under way are waited for: `acknowledged` counts every
 * operation ever answered well, so that it can be held against what the ledger has booked.
 * Prints one JSON object; the first bad answer goes to stderr. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

enum {
    EVENTS_MAX = 256,
    READ_BYTES = 1 << 16,
    STATUS_MAX = 1000,
    OK = 200,
    DRAIN_SECONDS = 20,
    DIAL_TRIES = 50,
    DIAL_PAUSE_MICROSECONDS = 20000,
};

typedef struct {
    char *bytes;
    size_t length, room;
} Text;

typedef struct {
    int fd;
    int is_busy;
    int64_t sent_at;
    Text out, in;
    size_t written;
    size_t whole; /* bytes of the whole answer, once its head is read; 0: not known */
} Caller;

static struct {
    int port, callers, operations, first, accounts, range;
    double seconds, warm;
    long limit;
    const char *method, *path, *body, *item, *mark;
    char tag[64];
    Text headers;
} ask = {.port = 8000, .callers = 1, .operations = 1, .accounts = 1, .range = 1, .seconds = 1,
         .method = "POST", .path = "/", .body = "", .item = "", .mark = "", .tag = "t"};

static struct {
    long requests, operations; /* timed */
    long sent, acknowledged, errors, unanswered, statuses[STATUS_MAX]; /* all */
    int64_t from, until; /* when answers are timed */
    double *latencies;
    size_t room;
} seen;

static int poll_fd;
static uint64_t numbers, chance;

static int64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * INT64_C(1000000000) + time.tv_nsec;
}

static void die(const char *what) {
    perror(what);
    exit(1);
}

/* xorshift: good enough to spread, and cheap. */
static int by_chance(int below) {
    chance ^= chance << 13;
    chance ^= chance >> 7;
    chance ^= chance << 17;
    return (int)(chance % (uint64_t)below);
}

/* Leaves room for one byte more: a text can be ended with a 0 to search it. */
static void make_room(Text *text, size_t more) {
    if (text->length + more < text->room) return;
    text->room = 2 * (text->length + more + 1);
    text->bytes = realloc(text->bytes, text->room);
    if (!text->bytes) die("realloc");
}

static void append(Text *text, const char *bytes, size_t length) {
    make_room(text, length);
    memcpy(text->bytes + text->length, bytes, length);
    text->length += length;
}

static void print(Text *text, const char *format, ...) {
    char line[512];
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    append(text, line, (size_t)length);
}

static void expand(Text *text, const char *template);

static void expand_items(Text *text) {
    for (int i = 0; i < ask.operations; i++) {
        if (i) append(text, ",", 1);
        expand(text, ask.item);
    }
}

/* Copy a template, with what stands for its {e}, {n}, {r} and {items}. */
static void expand(Text *text, const char *template) {
    int account = ask.first + by_chance(ask.accounts);
    while (*template) {
        if (!strncmp(template, "{e}", 3)) {
            print(text, "%d", account);
            template += 3;
        } else if (!strncmp(template, "{n}", 3)) {
            print(text, "%s%llu", ask.tag, (unsigned long long)numbers++);
            template += 3;
        } else if (!strncmp(template, "{r}", 3)) {
            print(text, "%d", by_chance(ask.range));
            template += 3;
        } else if (!strncmp(template, "{items}", 7)) {
            expand_items(text);
            template += 7;
        } else {
            size_t length = 1 + strcspn(template + 1, "{");
            append(text, template, length);
            template += length;
        }
    }
}

static void word_request(Caller *caller) {
    static Text body;
    body.length = caller->out.length = caller->written = 0;
    expand(&body, ask.body);
    print(&caller->out, "%s ", ask.method);
    expand(&caller->out, ask.path);
    print(&caller->out, " HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n", ask.port);
    append(&caller->out, ask.headers.bytes, ask.headers.length);
    if (body.length) print(&caller->out, "Content-Length: %zu\r\n", body.length);
    append(&caller->out, "\r\n", 2);
    append(&caller->out, body.bytes, body.length);
}

static void watch(Caller *caller, int operation, uint32_t events) {
    struct epoll_event event = {.events = events, .data.ptr = caller};
    if (epoll_ctl(poll_fd, operation, caller->fd, &event)) die("epoll_ctl");
}

static void dial(Caller *caller) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)ask.port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    caller->fd = socket(AF_INET, SOCK_STREAM, 0);
    for (int tries = 1; connect(caller->fd, (void *)&address, sizeof address); tries++) {
        if (tries == DIAL_TRIES) die("connect");
        usleep(DIAL_PAUSE_MICROSECONDS);
    }
    int on = 1;
    setsockopt(caller->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    fcntl(caller->fd, F_SETFL, O_NONBLOCK);
    watch(caller, EPOLL_CTL_ADD, EPOLLIN);
}

/* A connection that breaks is noticed when it is read: here it only stops writing. */
static void write_on(Caller *caller) {
    size_t left;
    while ((left = caller->out.length - caller->written)) {
        ssize_t wrote = write(caller->fd, caller->out.bytes + caller->written, left);
        if (wrote < 0) break;
        caller->written += (size_t)wrote;
    }
    int is_full = left && errno == EAGAIN;
    watch(caller, EPOLL_CTL_MOD, is_full ? EPOLLIN | EPOLLOUT : EPOLLIN);
}

static int may_send(void) {
    return ask.limit ? seen.sent < ask.limit : now() < seen.until;
}

static void send_next(Caller *caller) {
    if (!(caller->is_busy = may_send())) return;
    seen.sent++;
    word_request(caller);
    caller->in.length = caller->whole = 0;
    caller->sent_at = now();
    write_on(caller);
}

/* Tell whether the whole answer has come. The server always says how long it is. */
static int is_complete(Caller *caller) {
    Text *in = &caller->in;
    if (!caller->whole) {
        char *end = memmem(in->bytes, in->length, "\r\n\r\n", 4);
        if (!end) return 0;
        *end = 0; /* the head is a string now */
        const char *length = strcasestr(in->bytes, "\r\ncontent-length:");
        caller->whole = (size_t)(end - in->bytes) + 4;
        if (length) caller->whole += (size_t)atol(strchr(length, ':') + 1);
    }
    return in->length >= caller->whole;
}

static long count_marks(const Caller *caller) {
    const char *from = caller->in.bytes, *end = from + caller->in.length;
    size_t length = strlen(ask.mark);
    long found = 0;
    while ((from = memmem(from, (size_t)(end - from), ask.mark, length))) {
        found++;
        from += length;
    }
    return found;
}

static void show_first_error(Caller *caller) {
    if (seen.errors > 1) return;
    size_t head = strlen(caller->in.bytes) + 4; /* see is_complete */
    int length = (int)(caller->in.length - head);
    fprintf(stderr, "%.15s %.*s\n", caller->in.bytes, length < 300 ? length : 300,
            caller->in.bytes + head);
}

static void time_answer(const Caller *caller, int64_t at, long operations) {
    if ((size_t)seen.requests == seen.room) {
        seen.room = seen.room ? 2 * seen.room : 1 << 16;
        seen.latencies = realloc(seen.latencies, seen.room * sizeof *seen.latencies);
    }
    seen.latencies[seen.requests++] = (double)(at - caller->sent_at) / 1e6;
    seen.operations += operations;
}

static void judge(Caller *caller) {
    int64_t at = now();
    int status = atoi(caller->in.bytes + strlen("HTTP/1.1 "));
    long operations = status == OK ? count_marks(caller) : 0;
    int is_good = operations == ask.operations;
    seen.statuses[status > 0 && status < STATUS_MAX ? status : 0]++;
    seen.acknowledged += operations;
    seen.errors += !is_good;
    if (!is_good) show_first_error(caller);
    if (at >= seen.from && (ask.limit || at < seen.until)) time_answer(caller, at, operations);
}

/* What was under way on a connection that broke may have been done or not. */
static void lose(Caller *caller) {
    seen.unanswered += caller->is_busy;
    seen.errors += caller->is_busy;
    close(caller->fd);
    dial(caller);
    send_next(caller);
}

static void read_on(Caller *caller) {
    make_room(&caller->in, READ_BYTES);
    ssize_t got = read(caller->fd, caller->in.bytes + caller->in.length, READ_BYTES);
    if (got < 0 && errno == EAGAIN) return;
    if (got <= 0 || !caller->is_busy) {
        lose(caller);
        return;
    }
    caller->in.length += (size_t)got;
    caller->in.bytes[caller->in.length] = 0;
    if (!is_complete(caller)) return;
    judge(caller);
    if (strcasestr(caller->in.bytes, "\r\nconnection: close")) {
        close(caller->fd);
        dial(caller);
    }
    send_next(caller);
}

static int busy_callers(const Caller *callers) {
    int busy = 0;
    for (int i = 0; i < ask.callers; i++) busy += callers[i].is_busy;
    return busy;
}

static void serve_events(void) {
    struct epoll_event events[EVENTS_MAX];
    int ready = epoll_wait(poll_fd, events, EVENTS_MAX, 100);
    for (int i = 0; i < ready; i++) {
        Caller *caller = events[i].data.ptr;
        if (events[i].events & EPOLLOUT) write_on(caller);
        if (events[i].events & (EPOLLIN | EPOLLHUP | EPOLLERR)) read_on(caller);
    }
}

static void converse(void) {
    Caller *callers = calloc((size_t)ask.callers, sizeof *callers);
    int64_t began = now();
    seen.from = began + (int64_t)(ask.limit ? 0 : ask.warm * 1e9);
    seen.until = seen.from + (int64_t)(ask.seconds * 1e9);
    for (int i = 0; i < ask.callers; i++) {
        dial(&callers[i]);
        send_next(&callers[i]);
    }
    while (may_send()) serve_events();
    int64_t give_up = now() + DRAIN_SECONDS * INT64_C(1000000000);
    while (busy_callers(callers) && now() < give_up) serve_events();
    seen.unanswered += busy_callers(callers);
    if (ask.limit) seen.until = now();
}

static int by_size(const void *left, const void *right) {
    double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

static double quantile(double share) {
    return seen.requests ? seen.latencies[(size_t)((double)(seen.requests - 1) * share)] : 0;
}

static double cpu_seconds(void) {
    struct rusage use;
    getrusage(RUSAGE_SELF, &use);
    return (double)(use.ru_utime.tv_sec + use.ru_stime.tv_sec) +
           (double)(use.ru_utime.tv_usec + use.ru_stime.tv_usec) / 1e6;
}

static void report(void) {
    double seconds = (double)(seen.until - seen.from) / 1e9;
    if (seen.requests) qsort(seen.latencies, (size_t)seen.requests, sizeof(double), by_size);
    printf("{\"seconds\":%.3f,\"requests\":%ld,\"operations\":%ld,\"rate\":%.1f,", seconds,
           seen.requests, seen.operations, (double)seen.operations / seconds);
    printf("\"p50\":%.3f,\"p99\":%.3f,\"cpu_seconds\":%.4f,", quantile(0.5), quantile(0.99),
           cpu_seconds());
    printf("\"acknowledged\":%ld,\"errors\":%ld,\"unanswered\":%ld,", seen.acknowledged,
           seen.errors, seen.unanswered);
    printf("\"statuses\":{");
    const char *comma = "";
    for (int status = 0; status < STATUS_MAX; status++)
        if (seen.statuses[status]) {
            printf("%s\"%d\":%ld", comma, status, seen.statuses[status]);
            comma = ",";
        }
    printf("}}\n");
}

static void read_options(int count, char **values) {
    const char *tag = "t";
    for (int option; (option = getopt(count, values, "P:c:d:w:n:H:m:u:b:k:i:f:a:r:t:x:")) != -1;) {
        switch (option) {
            case 'P': ask.port = atoi(optarg); break;
            case 'c': ask.callers = atoi(optarg); break;
            case 'd': ask.seconds = atof(optarg); break;
            case 'w': ask.warm = atof(optarg); break;
            case 'n': ask.limit = atol(optarg); break;
            case 'H': print(&ask.headers, "%s\r\n", optarg); break;
            case 'm': ask.method = optarg; break;
            case 'u': ask.path = optarg; break;
            case 'b': ask.body = optarg; break;
            case 'k': ask.operations = atoi(optarg); break;
            case 'i': ask.item = optarg; break;
            case 'f': ask.first = atoi(optarg); break;
            case 'a': ask.accounts = atoi(optarg); break;
            case 'r': ask.range = atoi(optarg); break;
            case 't': tag = optarg; break;
            case 'x': ask.mark = optarg; break;
            default: exit(2);
        }
    }
    struct timespec time; /* in the numbers, so that a second run repeats none of the first */
    clock_gettime(CLOCK_REALTIME, &time);
    chance = (uint64_t)time.tv_sec * 1000 + (uint64_t)time.tv_nsec / 1000000;
    snprintf(ask.tag, sizeof ask.tag, "%s%llx.", tag, (unsigned long long)chance);
}

int main(int count, char **values) {
    read_options(count, values);
    poll_fd = epoll_create1(0);
    converse();
    report();
    return 0;
}
