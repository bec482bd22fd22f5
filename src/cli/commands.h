// The commands of the program `vouch`, one file each. Each gives the exit code
// and has said on standard error what was wrong.
#ifndef VOUCH_SRC_CLI_COMMANDS_H_
#define VOUCH_SRC_CLI_COMMANDS_H_

#include "cli/options.h"
#include "vouch/base/config.h"

VOUCH_NAMESPACE_BEGIN

namespace cli {

inline constexpr int kExitDone = 0;    // every event applied, or applied before
inline constexpr int kExitFailed = 1;  // the command could not be carried out
inline constexpr int kExitRefused = 2;  // done, but events, a link or a code
                                        // were refused, or the books are not
                                        // what they should

int RunCheck(const Options& options);
int RunEvents(const Options& options);
int RunStatement(const Options& options);
int RunExplain(const Options& options);
int RunStats(const Options& options);
int RunSimulate(const Options& options);
int RunOutputs(const Options& options);
int RunVerify(const Options& options);
int RunBackup(const Options& options);
int RunCompact(const Options& options);
int RunErase(const Options& options);
int RunCodesMake(const Options& options);
int RunCodesCheck(const Options& options);
int RunCodesPlan(const Options& options);
int RunContactKey(const Options& options);
int RunLinkMake(const Options& options);
int RunLinkResolve(const Options& options);

}  // namespace cli

VOUCH_NAMESPACE_END

#endif  // VOUCH_SRC_CLI_COMMANDS_H_
