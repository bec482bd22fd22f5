# cmake -P: runs a program with the name of a file in a folder that is new.
file(REMOVE_RECURSE "${FOLDER}")
file(MAKE_DIRECTORY "${FOLDER}")
execute_process(COMMAND "${PROGRAM}" "${FOLDER}/books.vouch"
                COMMAND_ERROR_IS_FATAL ANY)
