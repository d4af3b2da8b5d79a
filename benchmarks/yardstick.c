/* yardstick: what MariaDB itself can do for the smallest durable change of a balance.
 *
 * A thin client in C, one thread and connection per caller, with nothing of the service around it:
 * no HTTP, no keys, no seals. How close the service comes to it is what the service costs.
 *
 *   -P port      of 127.0.0.1, user root without a password
 *   -D database
 *   -c callers   threads, each waiting for its answer
 *   -d seconds   for which transactions are timed
 *   -w seconds   of warming up before that
 *   -a accounts  the change is on one of so many, by chance
 *   -k changes   in one transaction
 *
 * One change is five prepared statements, each a round trip: START TRANSACTION; SELECT … FOR UPDATE;
 * INSERT; UPDATE; COMMIT. Several are: lock the rows by id, in order; look for duplicates; one INSERT
 * of many rows; one UPDATE … CASE. The tables are made on first use. Prints one JSON object.
 */
#define _GNU_SOURCE
#include <mysql.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

enum { AMOUNT = 150, NUMBER_BYTES = 40 };
enum { WARMING, TIMED, OVER };

static struct {
    int port, callers, accounts, changes;
    double seconds, warm;
    const char *database;
} ask = {.callers = 1, .accounts = 1, .changes = 1, .seconds = 1, .database = "yardstick"};

typedef struct {
    char *bytes;
    size_t length, room;
} Text;

typedef struct {
    int account;
    char number[NUMBER_BYTES];
} Change;

typedef struct {
    MYSQL_STMT *begin, *lock, *insert, *update, *commit;
    MYSQL_BIND account[1], record[3], balance[2];
    long long amount;
    unsigned long number_length;
} Statements;

typedef struct {
    pthread_t thread;
    MYSQL *server;
    Statements statements;
    Change *changes;
    Text sql;
    uint64_t chance;
    double *latencies;
    size_t timed, room;
} Caller;

static const char *const TABLES[] = {
    "CREATE TABLE IF NOT EXISTS account ("
    " id BIGINT PRIMARY KEY, balance BIGINT NOT NULL DEFAULT 0, credit BIGINT NOT NULL DEFAULT 0"
    ") ENGINE=InnoDB",
    "CREATE TABLE IF NOT EXISTS record ("
    " id BIGINT AUTO_INCREMENT PRIMARY KEY, account_id BIGINT NOT NULL, change_type TINYINT NOT NULL,"
    " trade_no VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,"
    " amount BIGINT NOT NULL, created DATETIME(6) NOT NULL, memo VARCHAR(200) NOT NULL,"
    " UNIQUE KEY number (account_id, change_type, trade_no)) ENGINE=InnoDB",
    "TRUNCATE record",
};

static atomic_int phase;
static atomic_long numbers;
static unsigned long long stamp;

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static void die(const char *what, const char *why) {
    fprintf(stderr, "yardstick: %.80s: %s\n", what, why);
    exit(1);
}

static void print(Text *text, const char *format, ...) {
    char piece[256];
    va_list arguments;
    va_start(arguments, format);
    size_t length = (size_t)vsnprintf(piece, sizeof piece, format, arguments);
    va_end(arguments);
    if (text->length + length >= text->room) {
        text->room = 2 * (text->room + length) + 4096;
        text->bytes = realloc(text->bytes, text->room);
    }
    memcpy(text->bytes + text->length, piece, length + 1);
    text->length += length;
}

static void query(MYSQL *server, const char *sql, size_t length) {
    if (mysql_real_query(server, sql, length)) die(sql, mysql_error(server));
    MYSQL_RES *rows = mysql_store_result(server);
    if (rows) mysql_free_result(rows);
}

static void say(MYSQL *server, const char *sql) {
    query(server, sql, strlen(sql));
}

static MYSQL *dial(void) {
    MYSQL *server = mysql_init(NULL);
    if (!mysql_real_connect(server, "127.0.0.1", "root", "", ask.database, (unsigned)ask.port, NULL, 0))
        die("connect", mysql_error(server));
    say(server, "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED");
    return server;
}

static MYSQL_STMT *prepare(MYSQL *server, const char *sql) {
    MYSQL_STMT *statement = mysql_stmt_init(server);
    if (mysql_stmt_prepare(statement, sql, strlen(sql))) die(sql, mysql_stmt_error(statement));
    return statement;
}

static void execute(MYSQL_STMT *statement) {
    if (mysql_stmt_execute(statement)) die("execute", mysql_stmt_error(statement));
    if (!mysql_stmt_field_count(statement)) return;
    mysql_stmt_store_result(statement);
    mysql_stmt_free_result(statement);
}

static void bind(MYSQL_STMT *statement, MYSQL_BIND *values) {
    if (mysql_stmt_bind_param(statement, values)) die("bind", mysql_stmt_error(statement));
}

static MYSQL_BIND bound(enum enum_field_types type, void *value, unsigned long *length) {
    return (MYSQL_BIND){.buffer_type = type, .buffer = value, .length = length};
}

static void prepare_all(Caller *caller) {
    Statements *its = &caller->statements;
    MYSQL_BIND account = bound(MYSQL_TYPE_LONG, &caller->changes->account, NULL);
    MYSQL_BIND amount = bound(MYSQL_TYPE_LONGLONG, &its->amount, NULL);
    MYSQL_BIND number = bound(MYSQL_TYPE_STRING, caller->changes->number, &its->number_length);
    its->amount = AMOUNT;
    its->account[0] = its->record[0] = its->balance[1] = account;
    its->record[1] = number;
    its->record[2] = its->balance[0] = amount;
    its->begin = prepare(caller->server, "START TRANSACTION");
    its->lock = prepare(caller->server, "SELECT id, balance, credit FROM account WHERE id = ? FOR UPDATE");
    its->insert = prepare(caller->server,
                          "INSERT INTO record (account_id, change_type, trade_no, amount, created, memo)"
                          " VALUES (?, 1, ?, ?, now(6), '')");
    its->update = prepare(caller->server, "UPDATE account SET balance = balance + ? WHERE id = ?");
    its->commit = prepare(caller->server, "COMMIT");
    bind(its->lock, its->account);
    bind(its->insert, its->record);
    bind(its->update, its->balance);
}

static int by_chance(Caller *caller, int below) {
    caller->chance ^= caller->chance << 13;
    caller->chance ^= caller->chance >> 7;
    caller->chance ^= caller->chance << 17;
    return (int)(caller->chance % (uint64_t)below);
}

static int by_account(const void *left, const void *right) {
    return ((const Change *)left)->account - ((const Change *)right)->account;
}

static void think_of_changes(Caller *caller) {
    for (int i = 0; i < ask.changes; i++) {
        Change *change = &caller->changes[i];
        change->account = 1 + by_chance(caller, ask.accounts);
        snprintf(change->number, NUMBER_BYTES, "%llx.%ld", stamp, atomic_fetch_add(&numbers, 1));
    }
    qsort(caller->changes, (size_t)ask.changes, sizeof(Change), by_account);
}

static void change_one(Caller *caller) {
    Statements *its = &caller->statements;
    its->number_length = strlen(caller->changes->number);
    execute(its->begin);
    execute(its->lock);
    execute(its->insert);
    execute(its->update);
    execute(its->commit);
}

static const char *comma(int i) {
    return i ? "," : "";
}

static void begin_sql(Caller *caller, const char *sql) {
    caller->sql.length = 0;
    print(&caller->sql, "%s", sql);
}

static void end_sql(Caller *caller, const char *sql) {
    print(&caller->sql, "%s", sql);
    query(caller->server, caller->sql.bytes, caller->sql.length);
}

static void name_accounts(Caller *caller) {
    const Change *changes = caller->changes;
    for (int i = 0; i < ask.changes; i++)
        if (!i || changes[i].account != changes[i - 1].account)
            print(&caller->sql, "%s%d", comma(i), changes[i].account);
}

static void lock_accounts(Caller *caller) {
    begin_sql(caller, "SELECT id, balance, credit FROM account WHERE id IN (");
    name_accounts(caller);
    end_sql(caller, ") ORDER BY id FOR UPDATE");
}

static void find_duplicates(Caller *caller) {
    begin_sql(caller, "SELECT account_id, trade_no, amount FROM record"
                      " WHERE (account_id, change_type, trade_no) IN (");
    for (int i = 0; i < ask.changes; i++)
        print(&caller->sql, "%s(%d,1,'%s')", comma(i), caller->changes[i].account, caller->changes[i].number);
    end_sql(caller, ")");
}

static void insert_records(Caller *caller) {
    begin_sql(caller, "INSERT INTO record (account_id, change_type, trade_no, amount, created, memo) VALUES ");
    for (int i = 0; i < ask.changes; i++)
        print(&caller->sql, "%s(%d,1,'%s',%d,now(6),'')", comma(i), caller->changes[i].account,
              caller->changes[i].number, AMOUNT);
    end_sql(caller, "");
}

static void update_balances(Caller *caller) {
    const Change *changes = caller->changes;
    begin_sql(caller, "UPDATE account SET balance = balance + CASE id");
    for (int i = 0, next; i < ask.changes; i = next) {
        for (next = i; next < ask.changes && changes[next].account == changes[i].account;) next++;
        print(&caller->sql, " WHEN %d THEN %d", changes[i].account, AMOUNT * (next - i));
    }
    print(&caller->sql, " ELSE 0 END WHERE id IN (");
    name_accounts(caller);
    end_sql(caller, ")");
}

static void change_many(Caller *caller) {
    say(caller->server, "START TRANSACTION");
    lock_accounts(caller);
    find_duplicates(caller);
    insert_records(caller);
    update_balances(caller);
    say(caller->server, "COMMIT");
}

static void remember(Caller *caller, double seconds) {
    if (caller->timed == caller->room) {
        caller->room = caller->room ? 2 * caller->room : 4096;
        caller->latencies = realloc(caller->latencies, caller->room * sizeof(double));
    }
    caller->latencies[caller->timed++] = seconds * 1e3;
}

static void *work(void *argument) {
    Caller *caller = argument;
    while (phase != OVER) {
        think_of_changes(caller);
        double began = now();
        if (ask.changes == 1)
            change_one(caller);
        else
            change_many(caller);
        if (phase == TIMED) remember(caller, now() - began);
    }
    return NULL;
}

static void make_tables(void) {
    MYSQL *server = dial();
    char accounts[128];
    for (size_t i = 0; i < sizeof TABLES / sizeof *TABLES; i++) say(server, TABLES[i]);
    snprintf(accounts, sizeof accounts, "INSERT IGNORE INTO account (id) SELECT seq FROM seq_1_to_%d", ask.accounts);
    say(server, accounts);
    mysql_close(server);
}

static Caller *hire(void) {
    Caller *callers = calloc((size_t)ask.callers, sizeof *callers);
    for (int i = 0; i < ask.callers; i++) {
        callers[i].server = dial();
        callers[i].chance = UINT64_C(88172645463325252) ^ (stamp * (uint64_t)(i + 1));
        callers[i].changes = calloc((size_t)ask.changes, sizeof(Change));
        prepare_all(&callers[i]);
    }
    for (int i = 0; i < ask.callers; i++) pthread_create(&callers[i].thread, NULL, work, &callers[i]);
    return callers;
}

static int by_size(const void *left, const void *right) {
    double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

static double *collect(const Caller *callers, size_t *count) {
    double *all = NULL;
    for (int i = 0; i < ask.callers; i++) {
        all = realloc(all, (*count + callers[i].timed + 1) * sizeof(double));
        if (callers[i].timed) memcpy(all + *count, callers[i].latencies, callers[i].timed * sizeof(double));
        *count += callers[i].timed;
    }
    qsort(all, *count, sizeof(double), by_size);
    return all;
}

static double cpu_seconds(void) {
    struct rusage use;
    getrusage(RUSAGE_SELF, &use);
    return (double)(use.ru_utime.tv_sec + use.ru_stime.tv_sec) +
           (double)(use.ru_utime.tv_usec + use.ru_stime.tv_usec) / 1e6;
}

static void report(const Caller *callers, double seconds) {
    size_t count = 0;
    double *latencies = collect(callers, &count);
    double p50 = count ? latencies[(count - 1) / 2] : 0;
    double p99 = count ? latencies[(size_t)((double)(count - 1) * 0.99)] : 0;
    long operations = (long)count * ask.changes;
    printf("{\"seconds\":%.3f,\"requests\":%zu,\"operations\":%ld,\"rate\":%.1f,\"p50\":%.3f,\"p99\":%.3f,",
           seconds, count, operations, (double)operations / seconds, p50, p99);
    printf("\"errors\":0,\"acknowledged\":%ld,\"cpu_seconds\":%.4f}\n", (long)numbers, cpu_seconds());
}

static void read_options(int count, char **values) {
    for (int option; (option = getopt(count, values, "P:D:c:d:w:a:k:")) != -1;) {
        switch (option) {
            case 'P': ask.port = atoi(optarg); break;
            case 'D': ask.database = optarg; break;
            case 'c': ask.callers = atoi(optarg); break;
            case 'd': ask.seconds = atof(optarg); break;
            case 'w': ask.warm = atof(optarg); break;
            case 'a': ask.accounts = atoi(optarg); break;
            case 'k': ask.changes = atoi(optarg); break;
            default: exit(2);
        }
    }
    stamp = (unsigned long long)(now() * 1000);
}

int main(int count, char **values) {
    read_options(count, values);
    make_tables();
    Caller *callers = hire();
    usleep((useconds_t)(ask.warm * 1e6));
    double began = now();
    phase = TIMED;
    usleep((useconds_t)(ask.seconds * 1e6));
    phase = OVER;
    double seconds = now() - began;
    for (int i = 0; i < ask.callers; i++) pthread_join(callers[i].thread, NULL);
    report(callers, seconds);
    return 0;
}
